using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Api.Sandbox.Graph;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Sandbox;

/// <summary>The address of the small Admin GraphQL API, with its token and its faults.</summary>
internal static class ShopifySandboxEndpoints
{
    public static void MapShopifySandbox(this IEndpointRouteBuilder routes)
    {
        var shopify = routes.MapGroup("/sandbox/shopify").AllowAnonymous().ExcludeFromDescription();
        shopify.AddEndpointFilter(RefuseUnknownToken);
        shopify.AddEndpointFilter(Misbehave);
        shopify.MapPost("/admin/api/{version}/graphql.json", ResponseAsync);
    }

    private static async Task<IResult> ResponseAsync(string version, HttpRequest request, ShopifySandboxApi api)
    {
        if (ShopifyVersion.Find(version) is not { } known)
        {
            return SandboxResponses.Json(new JsonObject { ["errors"] = "Not Found" }, StatusCodes.Status404NotFound);
        }

        using var call = await ReadAsync(request);
        return call is { RootElement.ValueKind: JsonValueKind.Object } && call.RootElement.TryGetProperty("query", out var query) && query.ValueKind == JsonValueKind.String
            ? SandboxResponses.Json(api.Answer(known, call.RootElement))
            : SandboxResponses.Json(new JsonObject { ["errors"] = new JsonObject { ["query"] = "Required parameter missing or invalid" } }, StatusCodes.Status400BadRequest);
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
        var services = context.HttpContext.RequestServices;
        var fixedToken = services.GetRequiredService<IOptions<ShopifyOptions>>().Value.AccessToken;
        var token = (string?)context.HttpContext.Request.Headers["X-Shopify-Access-Token"];
        return (string.IsNullOrEmpty(fixedToken) ? services.GetRequiredService<ShopifySandboxTokens>().IsValid(token) : token == fixedToken)
            ? next(context)
            : ValueTask.FromResult<object?>(SandboxResponses.Json(
                new JsonObject { ["errors"] = "[API] Invalid API key or access token (unrecognized login or wrong password)" },
                StatusCodes.Status401Unauthorized));
    }

    private static ValueTask<object?> Misbehave(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var services = context.HttpContext.RequestServices;
        var fault = services.GetRequiredService<ShopifyFaults>().Take();
        return SandboxResponses.WithFaultAsync(fault, context, next, Respond, services.GetRequiredService<TimeProvider>());
    }

    /// <summary>Responds to a fault in Shopify's own way.</summary>
    private static IResult Respond(HttpContext context, SandboxFault fault) => SandboxResponses.Json(fault.Kind switch
    {
        SandboxFaultKind.Errors => ShopifySandboxGraph.Errors([new GraphError("INTERNAL_SERVER_ERROR", "Internal error. Looks like something went wrong on our end.")]),
        SandboxFaultKind.ThrottledWithoutCode => new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = "Throttled" }) },
        _ => ShopifySandboxGraph.Throttled(fault.RetryAfter ?? 0.5),
    });
}
