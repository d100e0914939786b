using EventTracking.Api.Errors;
using EventTracking.Api.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Sandbox;

using Changed = Results<Ok<SandboxChangeResponse>, ProblemHttpResult>;

/// <summary>Routes that change stock in the sandbox and switch its faults.</summary>
internal static class SandboxControlEndpoints
{
    /// <summary>The name of the document that shows these routes.</summary>
    public const string Document = "sandbox";

    public static void MapSandboxControl(this IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/sandbox/control").WithGroupName(Document).AllowAnonymous();
        control.MapShopifyControl();
        control.MapBrightpearlControl();

        var group = control.MapGroup("").WithTags("Sandbox").WithValidation();
        group.MapGet("/state", GetState).DocumentState();
        group.MapPost("/reset", Reset).DocumentReset();
        group.MapPost("/products", AddProduct).DocumentAddProduct();
        group.MapPost("/seed", SeedProducts).DocumentSeedProducts();
        group.MapPut("/settings", SetSettings).DocumentSettings();
        group.MapPost("/tokens/expiry", ExpireTokens).DocumentTokenExpiry();
    }

    public static Ok<SandboxChangeResponse> Ok(SandboxProduct product, SandboxDelivery? delivery) =>
        TypedResults.Ok(new SandboxChangeResponse(SandboxProductResponse.Of(product), delivery?.Status, delivery?.EventId));

    public static Ok<SandboxChangesResponse> Ok(params ReadOnlySpan<(SandboxProduct Product, SandboxDelivery? Delivery)> changes)
    {
        var responses = new List<SandboxChangeResponse>(changes.Length);
        foreach (var (product, delivery) in changes)
        {
            responses.Add(Ok(product, delivery).Value!);
        }

        return TypedResults.Ok(new SandboxChangesResponse(responses));
    }

    public static ProblemHttpResult LocationNotFound() => ProblemTypes.ProductNotFound.ToResult("The sandbox's Shopify has no such location. It has those that the settings name.");

    public static ProblemHttpResult NotFound() => ProblemTypes.ProductNotFound.ToResult("This side of the sandbox has no product with this id. GET /sandbox/control/state lists all products.");

    private static Ok<SandboxStateResponse> GetState(SandboxState state, ShopifyFaults shopify, BrightpearlFaults brightpearl, SandboxSettings settings)
    {
        var mutations = state.Mutations;
        return TypedResults.Ok(new SandboxStateResponse(
            [.. state.Products.Select(SandboxProductResponse.Of)],
            mutations.Count,
            [.. mutations.Select(done => new SandboxMutationResponse(done.IdempotencyKey, done.Reference, SandboxProductResponse.Text(done.InventoryItemId), SandboxProductResponse.Text(done.LocationId), done.From, done.To))],
            shopify.Current,
            brightpearl.Current,
            settings.Echo));
    }

    private static Changed AddProduct(AddProductRequest request, SandboxState state)
    {
        var product = request.ToProduct();
        return state.Add(product) ? Ok(product, null) : ProblemTypes.ProductExists.ToResult();
    }

    private static Ok<SandboxSeedResponse> SeedProducts(SeedProductsRequest request, SandboxState state) => TypedResults.Ok(new SandboxSeedResponse(state.Add(request.ToProducts())));

    private static NoContent SetSettings(SetSettingsRequest request, SandboxSettings settings)
    {
        settings.Echo = request.Echo!.Value;
        return TypedResults.NoContent();
    }

    private static NoContent ExpireTokens(ShopifySandboxTokens shopify, BrightpearlSandboxTokens brightpearl)
    {
        shopify.Expire();
        brightpearl.Expire();
        return TypedResults.NoContent();
    }

    private static NoContent Reset(SandboxState state, ShopifyFaults shopify, BrightpearlFaults brightpearl, BrightpearlSandboxBudget budget, SandboxSettings settings)
    {
        state.Reset();
        budget.Reset();
        shopify.Current = SandboxFault.None;
        brightpearl.Current = SandboxFault.None;
        settings.Echo = true;
        return TypedResults.NoContent();
    }
}
