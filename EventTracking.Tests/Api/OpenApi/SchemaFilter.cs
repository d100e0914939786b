using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>Requests are closed and their members optional; answers are complete but may grow.</summary>
internal sealed class SchemaFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Type: JsonSchemaType.Object } type)
        {
            return;
        }

        if (context.Type.GetCustomAttribute<JsonUnmappedMemberHandlingAttribute>() is null)
        {
            type.AdditionalPropertiesAllowed = true;
        }
        else
        {
            type.Required?.Clear();
        }
    }
}
