using EventTracking.Api.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Sandbox;

using Changed = Results<Ok<SandboxChangeResponse>, ProblemHttpResult>;
using Swapped = Results<Ok<SandboxChangesResponse>, ProblemHttpResult>;
using Topics = SandboxTopics;

/// <summary>Changes the sandbox's Brightpearl from outside the service.</summary>
internal static class BrightpearlControlEndpoints
{
    public static void MapBrightpearlControl(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/brightpearl").WithTags("Brightpearl").WithValidation();
        group.MapPut("/products/{productId}", SetOnHandAsync).DocumentSetOnHand();
        group.MapPost("/products/{productId}/orders", OrderAsync).DocumentBrightpearlOrder();
        group.MapPost("/products/{productId}/visibility", Show).DocumentBrightpearlVisibility();
        group.MapPatch("/products/{productId}", ChangeProductAsync).DocumentChangeProduct();
        group.MapPost("/products/{productId}/sku-swap", SwapSkuAsync).DocumentBrightpearlSwap();
        group.MapPost("/products/{productId}/deletion", DeleteAsync).DocumentBrightpearlDeletion();
        group.MapPost("/webhooks", SendWebhookAsync).DocumentSendWebhook();
        group.MapPut("/fault", SetFault).DocumentBrightpearlFault();
        group.MapGet("/limit", GetLimit).DocumentGetLimit();
        group.MapPut("/limit", SetLimit).DocumentSetLimit();
        group.MapPost("/calls", MakeCalls).DocumentMakeCalls();
    }

    private static Task<Changed> SetOnHandAsync(
        [AsParameters] BrightpearlIdRequest id, SetOnHandRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        ChangeAsync(id.Parse(), product => product.With(request.ParseWarehouse(), product.In(request.ParseWarehouse()) with { OnHand = request.OnHand!.Value }), request.Webhook is not false, state, webhooks, cancellationToken);

    private static Task<Changed> OrderAsync(
        [AsParameters] BrightpearlIdRequest id, OrderRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var quantity = request.Quantity!.Value;
        return ChangeAsync(
            id.Parse(),
            product => product with { OnHand = product.OnHand - quantity, Allocated = product.Allocated + quantity },
            request.Webhook is not false,
            state,
            webhooks,
            cancellationToken);
    }

    private static Changed Show([AsParameters] BrightpearlIdRequest id, SetVisibilityRequest request, SandboxState state)
    {
        var productId = id.Parse();
        return state.Change(product => product.ProductId == productId, product => product with { HiddenAtBrightpearl = !request.Visible!.Value }) is { } product
            ? SandboxControlEndpoints.Ok(product, null)
            : SandboxControlEndpoints.NotFound();
    }

    private static async Task<Changed> ChangeProductAsync(
        [AsParameters] BrightpearlIdRequest id, ChangeProductRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var productId = id.Parse();
        return state.Change(product => product.ProductId == productId, request.Apply) is { } product
            ? SandboxControlEndpoints.Ok(product, request.Webhook is not false ? await webhooks.SendProductAsync(Topics.ProductModified, productId, cancellationToken) : null)
            : SandboxControlEndpoints.NotFound();
    }

    private static async Task<Swapped> SwapSkuAsync(
        [AsParameters] BrightpearlIdRequest id, SwapSkuRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var (one, other) = (id.Parse(), request.ParseWith());
        return state.Exchange(
            product => product.ProductId == one,
            product => product.ProductId == other,
            (product, partner) => product with { Sku = partner.Sku, ShopifySku = product.SkuAtShopify }) is { } swapped
            ? SandboxControlEndpoints.Ok(
                (swapped.First, request.Webhook is not false ? await webhooks.SendProductAsync(Topics.ProductModified, one, cancellationToken) : null),
                (swapped.Second, request.Webhook is not false ? await webhooks.SendProductAsync(Topics.ProductModified, other, cancellationToken) : null))
            : SandboxControlEndpoints.NotFound();
    }

    private static async Task<Changed> DeleteAsync(
        [AsParameters] BrightpearlIdRequest id, DeleteRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var productId = id.Parse();
        return state.Change(product => product.ProductId == productId, product => product with { ProductId = null }) is { } product
            ? SandboxControlEndpoints.Ok(product, request.Webhook is not false ? await webhooks.SendProductAsync(Topics.ProductDestroyed, productId, cancellationToken) : null)
            : SandboxControlEndpoints.NotFound();
    }

    private static async Task<Ok<SandboxWebhookResponse>> SendWebhookAsync(SendWebhookRequest request, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var delivery = await webhooks.SendProductsAsync(Topics.OnHandModified, request.IdSet!, cancellationToken);
        return TypedResults.Ok(new SandboxWebhookResponse(delivery.Status, delivery.EventId));
    }

    private static NoContent SetFault(SetBrightpearlFaultRequest request, BrightpearlFaults faults)
    {
        faults.Current = request.ToFault();
        return TypedResults.NoContent();
    }

    private static Ok<SandboxLimitResponse> GetLimit(BrightpearlSandboxBudget budget) => TypedResults.Ok(budget.Describe());

    private static NoContent SetLimit(SetLimitRequest request, BrightpearlSandboxBudget budget)
    {
        budget.Set(request.Calls!.Value, request.ParsePeriod());
        return TypedResults.NoContent();
    }

    private static Ok<SandboxCallsResponse> MakeCalls(MakeCallsRequest request, BrightpearlSandboxBudget budget)
    {
        var count = request.Count!.Value;
        var made = budget.SpendByOther(count);
        return TypedResults.Ok(new SandboxCallsResponse(made, count - made));
    }

    private static async Task<Changed> ChangeAsync(
        long id, Func<SandboxProduct, SandboxProduct> change, bool webhook, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        state.Change(product => product.ProductId == id, change) is { } product
            ? SandboxControlEndpoints.Ok(product, webhook ? await webhooks.SendProductAsync(Topics.OnHandModified, id, cancellationToken) : null)
            : SandboxControlEndpoints.NotFound();
}
