using System.Reflection;
using EventTracking.Api;
using EventTracking.Api.Authorization;
using EventTracking.Api.Errors;
using EventTracking.Api.Sandbox;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>Generates the documents from the routes of the running service. It is part of the tests because it needs reflection.</summary>
internal static class DocumentGenerator
{
    public const string Main = "v1";

    public const string Sandbox = SandboxControlEndpoints.Document;

    public static void Add(IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Main, MainInfo);
            options.SwaggerDoc(Sandbox, SandboxInfo);
            options.DocInclusionPredicate((document, action) => (action.GroupName ?? Main) == document);
            options.AddSecurityDefinition(ApiKeyHandler.Scheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyHandler.Header,
                Description = "Create a key with `keys new`. In Development, the first start writes one to `operator.key` in the data folder.",
            });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.CustomSchemaIds(type => type.Name);
            options.OrderActionsBy(action => $"{action.RelativePath} {action.HttpMethod}");
            options.IncludeXmlComments(Path.ChangeExtension(typeof(ApiExtensions).Assembly.Location, ".xml"));
            options.UseAllOfToExtendReferenceSchemas();
            options.CustomOperationIds(Name);
            options.SchemaFilter<SchemaFilter>();
            options.OperationFilter<MetadataFilter>();
            options.DocumentFilter<UnusedKeyFilter>();
            options.DocumentFilter<TagFilter>();
        });
    }

    public static async Task<string> GenerateAsync(ApiFixture api, string name, CancellationToken cancellationToken)
    {
        var document = await api.Services.GetRequiredService<IAsyncSwaggerProvider>().GetSwaggerAsync(name);
        return (await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, cancellationToken)).ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    // The name that a route has, or, for example, 'Events_GetPayload'; a second route with the same handler adds its HTTP method.
    private static string Name(ApiDescription action)
    {
        var metadata = action.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IEndpointNameMetadata>().FirstOrDefault() is { } named)
        {
            return named.EndpointName;
        }

        var handler = metadata.OfType<MethodInfo>().First().Name.Replace("Async", "", StringComparison.Ordinal);
        var methods = metadata.OfType<IHttpMethodMetadata>().First().HttpMethods;
        var suffix = methods[0] == action.HttpMethod ? "" : $"_{action.HttpMethod}";
        return $"{metadata.OfType<ITagsMetadata>().First().Tags[0]}_{handler}{suffix}";
    }

    private static OpenApiInfo MainInfo => new()
    {
        Title = "EventTracking",
        Version = "v1",
        Description =
            "Tracks every event of an integration, shows why and at which step an event failed, and replays it.\n\n"
            + "Calls need an API key in the `X-Api-Key` header; `viewer` keys can read, `operator` keys can also make changes. "
            + $"Errors are problem details whose `type` begins with `{ProblemType.Prefix}` and never changes. "
            + "Ids are strings, times are ISO 8601 in UTC.",
    };

    private static OpenApiInfo SandboxInfo => new()
    {
        Title = "EventTracking sandbox",
        Version = "v1",
        Description =
            "A small Shopify and a small Brightpearl, in Development only. These routes change stock and switch faults of both systems; "
            + "the service receives the webhooks that the real systems would send. The definition *EventTracking v1* shows the resulting events.\n\n"
            + "No key is needed. `GET /sandbox/control/state` lists the products with their ids.",
    };
}
