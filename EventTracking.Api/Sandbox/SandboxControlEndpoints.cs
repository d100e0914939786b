using EventTracking.Core.Connectors.Brightpearl;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Sandbox;

using Changed = Results<Ok<SandboxChangeResponse>, ProblemHttpResult>;

/// <summary>The hand that moves stock in the sandbox and breaks it.</summary>
internal static class SandboxControlEndpoints
{
    public static void MapSandboxControl(this IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/sandbox/control").AllowAnonymous().WithTags("Sandbox");
        control.MapGet("/state", GetState).WithName("GetSandboxState");
        control.MapPost("/products", AddProduct).WithName("AddSandboxProduct");
        control.MapPut("/settings", SetSettings).WithName("SetSandboxSettings");
        control.MapPost("/reset", Reset).WithName("ResetSandbox");

        control.MapPut("/shopify/items/{inventoryItemId:long}", SetAvailable).WithName("SetSandboxAvailable");
        control.MapPost("/shopify/items/{inventoryItemId:long}/orders", OrderAtShopify).WithName("OrderAtSandboxShopify");
        control.MapPost("/shopify/items/{inventoryItemId:long}/visibility", ShowAtShopify).WithName("ShowAtSandboxShopify");
        control.MapPut("/shopify/fault", SetShopifyFault).WithName("SetSandboxShopifyFault");

        control.MapPut("/brightpearl/products/{productId:long}", SetOnHand).WithName("SetSandboxOnHand");
        control.MapPost("/brightpearl/products/{productId:long}/orders", OrderAtBrightpearl).WithName("OrderAtSandboxBrightpearl");
        control.MapPost("/brightpearl/products/{productId:long}/visibility", ShowAtBrightpearl).WithName("ShowAtSandboxBrightpearl");
        control.MapPost("/brightpearl/webhooks", SendWebhook).WithName("SendSandboxBrightpearlWebhook");
        control.MapPut("/brightpearl/fault", SetBrightpearlFault).WithName("SetSandboxBrightpearlFault");
    }

    private static Ok<SandboxStateResponse> GetState(SandboxState state, ShopifyFaults shopify, BrightpearlFaults brightpearl, SandboxSettings settings)
    {
        var mutations = state.Mutations;
        return TypedResults.Ok(new SandboxStateResponse(
            [.. state.Products.Select(SandboxProductResponse.Of)],
            mutations.Count,
            [.. mutations.Select(done => new SandboxMutationResponse(done.IdempotencyKey, done.Reference, SandboxProductResponse.Text(done.InventoryItemId), done.From, done.To))],
            shopify.Current,
            brightpearl.Current,
            settings.Echo));
    }

    private static Changed AddProduct(AddProductRequest request, SandboxState state)
    {
        if (string.IsNullOrWhiteSpace(request.Sku) || request is { ProductId: null, InventoryItemId: null })
        {
            return Problem("A product needs a sku, and a productId, an inventoryItemId or both.", StatusCodes.Status400BadRequest);
        }

        var product = new SandboxProduct(request.Sku, request.Name ?? request.Sku)
        {
            ProductId = request.ProductId,
            InventoryItemId = request.InventoryItemId,
            OnHand = request.OnHand,
            Available = request.Available,
            StockTracked = request.StockTracked,
            Bundle = request.Bundle,
        };
        return state.Add(product) ? Ok(product, null) : Problem("One of the ids is taken.", StatusCodes.Status409Conflict);
    }

    private static NoContent SetSettings(SetSettingsRequest request, SandboxSettings settings)
    {
        settings.Echo = request.Echo;
        return TypedResults.NoContent();
    }

    private static NoContent Reset(SandboxState state, ShopifyFaults shopify, BrightpearlFaults brightpearl, SandboxSettings settings)
    {
        state.Reset();
        shopify.Current = SandboxFault.None;
        brightpearl.Current = SandboxFault.None;
        settings.Echo = true;
        return TypedResults.NoContent();
    }

    private static Task<Changed> SetAvailable(long inventoryItemId, SetAvailableRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        ChangeItemAsync(inventoryItemId, product => product with { Available = request.Available }, request.Webhook, state, webhooks, cancellationToken);

    private static Task<Changed> OrderAtShopify(long inventoryItemId, OrderRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        ChangeItemAsync(
            inventoryItemId,
            product => product with { Available = product.Available - request.Quantity, Committed = product.Committed + request.Quantity },
            request.Webhook,
            state,
            webhooks,
            cancellationToken);

    private static Changed ShowAtShopify(long inventoryItemId, SetVisibilityRequest request, SandboxState state) =>
        state.Change(product => product.InventoryItemId == inventoryItemId, product => product with { HiddenAtShopify = !request.Visible }) is { } product ? Ok(product, null) : NotFound();

    private static Task<Changed> SetOnHand(long productId, SetOnHandRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        ChangeProductAsync(productId, product => product with { OnHand = request.OnHand }, request.Webhook, state, webhooks, cancellationToken);

    private static Task<Changed> OrderAtBrightpearl(long productId, OrderRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        ChangeProductAsync(
            productId,
            product => product with { OnHand = product.OnHand - request.Quantity, Allocated = product.Allocated + request.Quantity },
            request.Webhook,
            state,
            webhooks,
            cancellationToken);

    private static Changed ShowAtBrightpearl(long productId, SetVisibilityRequest request, SandboxState state) =>
        state.Change(product => product.ProductId == productId, product => product with { HiddenAtBrightpearl = !request.Visible }) is { } product ? Ok(product, null) : NotFound();

    private static async Task<Results<Ok<SandboxWebhookResponse>, ProblemHttpResult>> SendWebhook(SendWebhookRequest request, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        BrightpearlIdSet.TryParse(request.IdSet, out _, out var reason)
            ? TypedResults.Ok(new SandboxWebhookResponse(await webhooks.SendOnHandModifiedAsync(request.IdSet, cancellationToken)))
            : Problem($"Brightpearl would not send this: {reason}.", StatusCodes.Status400BadRequest);

    private static Results<NoContent, ProblemHttpResult> SetShopifyFault(SandboxFault fault, ShopifyFaults faults) => SetFault(fault, faults);

    private static Results<NoContent, ProblemHttpResult> SetBrightpearlFault(SandboxFault fault, BrightpearlFaults faults) => fault.Kind is SandboxFaultKind.Stale
        ? Problem("Only Shopify compares quantities.", StatusCodes.Status400BadRequest)
        : SetFault(fault, faults);

    private static Results<NoContent, ProblemHttpResult> SetFault(SandboxFault fault, SandboxFaults faults)
    {
        if (fault is { Count: <= 0 } or { RetryAfter: < 0 })
        {
            return Problem("A count is at least 1, and retryAfter is no less than 0.", StatusCodes.Status400BadRequest);
        }

        faults.Current = fault;
        return TypedResults.NoContent();
    }

    private static async Task<Changed> ChangeItemAsync(
        long id, Func<SandboxProduct, SandboxProduct> change, bool webhook, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        state.Change(product => product.InventoryItemId == id, change) is { } product
            ? Ok(product, webhook ? await webhooks.SendInventoryLevelAsync(id, cancellationToken) : null)
            : NotFound();

    private static async Task<Changed> ChangeProductAsync(
        long id, Func<SandboxProduct, SandboxProduct> change, bool webhook, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        state.Change(product => product.ProductId == id, change) is { } product
            ? Ok(product, webhook ? await webhooks.SendOnHandModifiedAsync(SandboxProductResponse.Text(id), cancellationToken) : null)
            : NotFound();

    private static Ok<SandboxChangeResponse> Ok(SandboxProduct product, int? webhookStatus) =>
        TypedResults.Ok(new SandboxChangeResponse(SandboxProductResponse.Of(product), webhookStatus));

    private static ProblemHttpResult NotFound() => Problem("There is no such product on this side.", StatusCodes.Status404NotFound);

    private static ProblemHttpResult Problem(string detail, int status) => TypedResults.Problem(detail, statusCode: status);
}
