using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>Removes the page's button for a key if no route needs one.</summary>
internal sealed class UnusedKeyFilter : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var operations = swaggerDoc.Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? []);
        if (operations.All(operation => operation.Security is not { Count: > 0 }))
        {
            swaggerDoc.Components?.SecuritySchemes?.Clear();
        }
    }
}
