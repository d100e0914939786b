using EventTracking.Api.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Sandbox;

using Changed = Results<Ok<SandboxChangeResponse>, ProblemHttpResult>;

/// <summary>What happens at the sandbox's Shopify without the service's doing.</summary>
internal static class ShopifyControlEndpoints
{
    public static void MapShopifyControl(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/shopify").WithTags("Shopify").WithValidation();
        group.MapPut("/items/{inventoryItemId}", SetAvailableAsync).DocumentSetAvailable();
        group.MapPost("/items/{inventoryItemId}/orders", OrderAsync).DocumentShopifyOrder();
        group.MapPost("/items/{inventoryItemId}/visibility", Show).DocumentShopifyVisibility();
        group.MapPut("/fault", SetFault).DocumentShopifyFault();
    }

    private static Task<Changed> SetAvailableAsync(
        [AsParameters] ItemIdRequest item, SetAvailableRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        ChangeAsync(item.Parse(), product => product with { Available = request.Available!.Value }, request.Webhook is not false, state, webhooks, cancellationToken);

    private static Task<Changed> OrderAsync(
        [AsParameters] ItemIdRequest item, OrderRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var quantity = request.Quantity!.Value;
        return ChangeAsync(
            item.Parse(),
            product => product with { Available = product.Available - quantity, Committed = product.Committed + quantity },
            request.Webhook is not false,
            state,
            webhooks,
            cancellationToken);
    }

    private static Changed Show([AsParameters] ItemIdRequest item, SetVisibilityRequest request, SandboxState state)
    {
        var id = item.Parse();
        return state.Change(product => product.InventoryItemId == id, product => product with { HiddenAtShopify = !request.Visible!.Value }) is { } product
            ? SandboxControlEndpoints.Ok(product, null)
            : SandboxControlEndpoints.NotFound();
    }

    private static NoContent SetFault(SetShopifyFaultRequest request, ShopifyFaults faults)
    {
        faults.Current = request.ToFault();
        return TypedResults.NoContent();
    }

    private static async Task<Changed> ChangeAsync(
        long id, Func<SandboxProduct, SandboxProduct> change, bool webhook, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        state.Change(product => product.InventoryItemId == id, change) is { } product
            ? SandboxControlEndpoints.Ok(product, webhook ? await webhooks.SendInventoryLevelAsync(id, cancellationToken) : null)
            : SandboxControlEndpoints.NotFound();
}
