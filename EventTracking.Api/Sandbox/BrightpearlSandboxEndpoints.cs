using System.Globalization;
using System.Text.Json.Nodes;
using EventTracking.Stock.Connectors.Brightpearl;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Sandbox;

/// <summary>A small Brightpearl: products, their search and their availability, with tokens and call budget.</summary>
internal static class BrightpearlSandboxEndpoints
{
    private const int MaxProducts = 200;

    public static void MapBrightpearlSandbox(this IEndpointRouteBuilder routes)
    {
        var account = routes.MapGroup("/sandbox/brightpearl/public-api/{account}").AllowAnonymous().ExcludeFromDescription();
        account.AddEndpointFilter(RefuseUnknownToken);
        account.AddEndpointFilter(Throttle);
        account.AddEndpointFilter(Misbehave);
        account.MapGet("/product-service/product/{ids}", GetProducts);
        account.MapGet("/product-service/product-search", Search);
        account.MapGet("/warehouse-service/product-availability/{ids}", GetAvailability);
    }

    private static IResult GetProducts(string ids, SandboxState state) =>
        Select(ids, state, product => true) is { Count: > 0 } products
            ? SandboxResponses.Json(new JsonObject { ["response"] = SandboxResponses.Array(products.Select(BrightpearlSandboxMessages.Product)) })
            : NotFound();

    private static IResult Search(SandboxState state, string? sku = null, int firstResult = 1, int pageSize = 500)
    {
        var found = state.Products.Where(product => product.IsAtBrightpearl && product.Sku.StartsWith(sku ?? "", StringComparison.OrdinalIgnoreCase)).ToList();
        return SandboxResponses.Json(BrightpearlSandboxMessages.SearchPage(found, Math.Max(1, firstResult), Math.Clamp(pageSize, 1, 500)));
    }

    private static IResult GetAvailability(string ids, SandboxState state)
    {
        var products = Select(ids, state, product => product is { StockTracked: true, Bundle: false });
        return products.Count > 0
            ? SandboxResponses.Json(new JsonObject
            {
                ["response"] = new JsonObject(products.Select(product => KeyValuePair.Create(
                    (product.ProductId ?? 0).ToString(CultureInfo.InvariantCulture),
                    (JsonNode?)BrightpearlSandboxMessages.Availability(product)))),
            })
            : NotFound();
    }

    private static List<SandboxProduct> Select(string ids, SandboxState state, Predicate<SandboxProduct> which)
    {
        if (!BrightpearlIdSet.TryParse(ids, out var set, out _) || set.Count > MaxProducts)
        {
            return [];
        }

        var asked = set.Take(MaxProducts).ToHashSet();
        return [.. state.Products.Where(product => product is { IsAtBrightpearl: true, ProductId: { } id } && asked.Contains(id) && which(product)).OrderBy(product => product.ProductId)];
    }

    // Brightpearl responds the same for a missing resource and for a query without results.
    private static IResult NotFound() => SandboxResponses.Json(BrightpearlSandboxMessages.Error("CMNC-404", "Cannot find the resource"), StatusCodes.Status404NotFound);

    private static ValueTask<object?> RefuseUnknownToken(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var expected = http.RequestServices.GetRequiredService<IOptions<BrightpearlOptions>>().Value;
        return http.Request.Headers["brightpearl-app-ref"] == expected.AppRef
            && http.Request.Headers["brightpearl-staff-token"] == expected.StaffToken
            && (string?)http.Request.RouteValues["account"] == expected.Account
                ? next(context)
                : ValueTask.FromResult<object?>(SandboxResponses.Json(
                    BrightpearlSandboxMessages.Error("CMNC-401", "The app reference or the staff token is not valid for this account"),
                    StatusCodes.Status401Unauthorized));
    }

    private static ValueTask<object?> Throttle(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.RequestServices.GetRequiredService<BrightpearlSandboxBudget>().Spend(http.Response)
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable));
    }

    private static ValueTask<object?> Misbehave(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var services = context.HttpContext.RequestServices;
        var fault = services.GetRequiredService<BrightpearlFaults>().Take();
        if (fault.Kind is SandboxFaultKind.Down or SandboxFaultKind.TooManyRequests)
        {
            // A system that is down does not count calls: the missing headers distinguish an outage from throttling.
            BrightpearlSandboxBudget.RemoveHeaders(context.HttpContext.Response);
        }

        return SandboxResponses.WithFaultAsync(fault, context, next, Throttled, services.GetRequiredService<TimeProvider>());
    }

    private static IResult Throttled(HttpContext context, SandboxFault fault)
    {
        BrightpearlSandboxBudget.WriteHeaders(context.Response, remaining: 0, TimeSpan.FromSeconds(fault.RetryAfter ?? 0.5));
        return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }
}
