using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>Requests allow no unknown members and all of theirs are optional; responses are complete but may gain members.</summary>
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
