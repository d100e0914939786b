using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Sandbox;

/// <summary>A small Admin GraphQL API: it knows the operations that the service sends, by their names, and no others.</summary>
internal static class ShopifySandboxEndpoints
{
    public static void MapShopifySandbox(this IEndpointRouteBuilder routes)
    {
        var shopify = routes.MapGroup("/sandbox/shopify").AllowAnonymous().ExcludeFromDescription();
        shopify.AddEndpointFilter(RefuseUnknownToken);
        shopify.AddEndpointFilter(Misbehave);
        shopify.MapPost("/admin/api/{version}/graphql.json", ResponseAsync);
    }

    private static async Task<IResult> ResponseAsync(string version, HttpRequest request, ShopifySandboxQueries queries, ShopifySandboxMutations mutations)
    {
        _ = version;
        using var call = await ReadAsync(request);
        if (call is null || call.RootElement.ValueKind != JsonValueKind.Object || !call.RootElement.TryGetProperty("query", out var query))
        {
            return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
        }

        var text = query.GetString() ?? "";
        var variables = call.RootElement.TryGetProperty("variables", out var given) ? given : default;
        try
        {
            var body = ShopifySandboxGraph.OperationOf(text) switch
            {
                "VariantsBySku" => queries.Variants(variables),
                "InventoryItems" => queries.Items(variables),
                "SetAvailable" => mutations.Set(text, variables),
                var other => ShopifySandboxGraph.Error("BAD_REQUEST", $"The sandbox does not support the operation '{other}'"),
            };
            return SandboxResponses.Json(body);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return SandboxResponses.Json(ShopifySandboxGraph.Error("INVALID_VARIABLE", "A variable is missing or of the wrong type"));
        }
    }

    private static async Task<JsonDocument?> ReadAsync(HttpRequest request)
    {
        try
        {
            return await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ValueTask<object?> RefuseUnknownToken(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var expected = context.HttpContext.RequestServices.GetRequiredService<IOptions<ShopifyOptions>>().Value.AccessToken;
        return context.HttpContext.Request.Headers["X-Shopify-Access-Token"] == expected
            ? next(context)
            : ValueTask.FromResult<object?>(SandboxResponses.Json(
                new JsonObject { ["errors"] = "[API] Invalid API key or access token (unrecognized login or wrong password)" },
                StatusCodes.Status401Unauthorized));
    }

    private static ValueTask<object?> Misbehave(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var services = context.HttpContext.RequestServices;
        var fault = services.GetRequiredService<ShopifyFaults>().Take();
        return SandboxResponses.WithFaultAsync(fault, context, next, Throttled, services.GetRequiredService<TimeProvider>());
    }

    private static IResult Throttled(HttpContext context, SandboxFault fault) => SandboxResponses.Json(ShopifySandboxGraph.Throttled(fault.RetryAfter ?? 0.5));
}
