using System.Reflection;
using System.Text.Json.Nodes;
using EventTracking.Api.Documentation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Validation;

/// <summary>A request that a route accepts, made of the examples in its documentation.</summary>
internal sealed record RouteRequest(RouteEndpoint Route, HttpMethod Method, string Path, JsonNode? Body)
{
    /// <summary>The path with the query parameters that must be given.</summary>
    public string Target => TargetWith([]);

    /// <summary>One for each documented route and method of the service.</summary>
    public static IEnumerable<RouteRequest> Of(IServiceProvider services) =>
        from route in services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null
        from method in route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        where !HttpMethods.IsHead(method)
        select new RouteRequest(route, new HttpMethod(method), PathOf(route), BodyOf(route));

    /// <summary>Takes deliveries and checks no more than their authenticity.</summary>
    public bool IsWebhook => Path.StartsWith("/webhooks/", StringComparison.Ordinal);

    /// <summary>Is asked by load balancers, which may add parameters of their own.</summary>
    public bool IsHealth => Path.StartsWith("/health/", StringComparison.Ordinal);

    /// <summary>Changes the sandbox, which needs no key.</summary>
    public bool IsSandbox => Path.StartsWith("/sandbox/", StringComparison.Ordinal);

    /// <summary>The path with these query parameters and those that must be given.</summary>
    public string TargetWith(params IReadOnlyList<(string Name, string Value)> parameters)
    {
        var needed = ParametersOf(Route)
            .Where(parameter => parameter.IsDefined(typeof(NeededAttribute), inherit: true))
            .Select(parameter => (Name: parameter.GetCustomAttributes(inherit: true).OfType<IFromQueryMetadata>().Single().Name!, Value: ExampleOf(parameter)))
            .Where(parameter => parameters.All(given => given.Name != parameter.Name));
        return $"{Path}?{string.Join('&', needed.Concat(parameters).Select(parameter => $"{parameter.Name}={parameter.Value}"))}".TrimEnd('?');
    }

    private static IReadOnlyList<ParameterInfo> ParametersOf(RouteEndpoint route) =>
        [.. route.Metadata.GetOrderedMetadata<IParameterBindingMetadata>().Select(parameter => parameter.ParameterInfo)];

    private static string ExampleOf(ParameterInfo parameter) => parameter.GetCustomAttributes(inherit: true).OfType<ExampleAttribute>().Single().Value;

    private static string PathOf(RouteEndpoint route)
    {
        var parameters = ParametersOf(route);
        var segments = route.RoutePattern.PathSegments.Select(segment => segment.Parts[0] switch
        {
            RoutePatternParameterPart { Name: "key" } => ApiFixture.BrightpearlKey,
            RoutePatternParameterPart part => parameters
                .Where(parameter => part.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase))
                .Select(ExampleOf)
                .Single(),
            RoutePatternLiteralPart literal => literal.Content,
            var other => throw new NotSupportedException($"{other} in {route}"),
        });
        return "/" + string.Join('/', segments);
    }

    private static JsonNode? BodyOf(RouteEndpoint route) =>
        route.Metadata.OfType<ExampleMetadata>().FirstOrDefault(example => example.Status is null) is { } example ? JsonNode.Parse(example.Json) : null;
}
