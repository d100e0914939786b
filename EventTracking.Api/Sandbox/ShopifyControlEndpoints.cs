using EventTracking.Api.Validation;
using EventTracking.Stock.Rules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Sandbox;

using Changed = Results<Ok<SandboxChangeResponse>, ProblemHttpResult>;
using Swapped = Results<Ok<SandboxChangesResponse>, ProblemHttpResult>;
using Topics = SandboxTopics;

/// <summary>What happens at the sandbox's Shopify without the service's doing.</summary>
internal static class ShopifyControlEndpoints
{
    public static void MapShopifyControl(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/shopify").WithTags("Shopify").WithValidation();
        group.MapPut("/items/{inventoryItemId}", SetAvailableAsync).DocumentSetAvailable();
        group.MapPost("/items/{inventoryItemId}/orders", OrderAsync).DocumentShopifyOrder();
        group.MapPost("/items/{inventoryItemId}/visibility", Show).DocumentShopifyVisibility();
        group.MapPatch("/items/{inventoryItemId}", ChangeItemAsync).DocumentChangeItem();
        group.MapPut("/items/{inventoryItemId}/level", SetLevelAsync).DocumentSetLevel();
        group.MapPost("/items/{inventoryItemId}/sku-swap", SwapSkuAsync).DocumentShopifySwap();
        group.MapPost("/items/{inventoryItemId}/recreation", RecreateAsync).DocumentRecreation();
        group.MapPost("/items/{inventoryItemId}/deletion", DeleteAsync).DocumentShopifyDeletion();
        group.MapPut("/fault", SetFault).DocumentShopifyFault();
    }

    private static Task<Changed> SetAvailableAsync(
        [AsParameters] ItemIdRequest item, SetAvailableRequest request, SandboxState state, StockLocations locations, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        if (Find(locations, request.LocationId) is not { } location)
        {
            return Task.FromResult<Changed>(SandboxControlEndpoints.LocationNotFound());
        }

        return ChangeAsync(
            item.Parse(), product => product.With(location, product.At(location) with { Available = request.Available!.Value }), location, request.Webhook is not false, state, webhooks, cancellationToken);
    }

    private static Task<Changed> OrderAsync(
        [AsParameters] ItemIdRequest item, OrderRequest request, SandboxState state, StockLocations locations, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var quantity = request.Quantity!.Value;
        return ChangeAsync(
            item.Parse(),
            product => product with { Available = product.Available - quantity, Committed = product.Committed + quantity },
            SandboxLocation.MainOf(locations),
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

    private static async Task<Changed> ChangeItemAsync(
        [AsParameters] ItemIdRequest item, ChangeItemRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var id = item.Parse();
        return state.Change(product => product.InventoryItemId == id, request.Apply) is { } product
            ? SandboxControlEndpoints.Ok(product, request.Webhook is not false ? await webhooks.SendItemAsync(Topics.ItemsUpdate, product, id, cancellationToken) : null)
            : SandboxControlEndpoints.NotFound();
    }

    private static async Task<Changed> SetLevelAsync(
        [AsParameters] ItemIdRequest item, SetLevelRequest request, SandboxState state, StockLocations locations, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var id = item.Parse();
        if (Find(locations, request.LocationId) is not { } location)
        {
            return SandboxControlEndpoints.LocationNotFound();
        }

        return state.Change(product => product.InventoryItemId == id, product => product.With(location, product.At(location) with { Level = request.Level!.Value })) is { } product
            ? SandboxControlEndpoints.Ok(product, request.Webhook is not false ? await webhooks.SendLevelStateAsync(product, id, location, cancellationToken) : null)
            : SandboxControlEndpoints.NotFound();
    }

    private static async Task<Swapped> SwapSkuAsync(
        [AsParameters] ItemIdRequest item, SwapSkuRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var (one, other) = (item.Parse(), request.ParseWith());
        return state.Exchange(product => product.InventoryItemId == one, product => product.InventoryItemId == other, (product, partner) => product with { ShopifySku = partner.SkuAtShopify }) is { } swapped
            ? SandboxControlEndpoints.Ok(
                (swapped.First, request.Webhook is not false ? await webhooks.SendItemAsync(Topics.ItemsUpdate, swapped.First, one, cancellationToken) : null),
                (swapped.Second, request.Webhook is not false ? await webhooks.SendItemAsync(Topics.ItemsUpdate, swapped.Second, other, cancellationToken) : null))
            : SandboxControlEndpoints.NotFound();
    }

    /// <summary>A merchant who deletes a variant and creates it again gets another inventory item, without stock.</summary>
    private static async Task<Changed> RecreateAsync(
        [AsParameters] ItemIdRequest item, DeleteRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var (id, next) = (item.Parse(), state.NextItemId());
        if (state.Change(product => product.InventoryItemId == id, product => product with { InventoryItemId = next, Available = 0, Committed = 0, Level = SandboxLevel.Active, OtherLocations = product.OtherLocations.Clear() }) is not { } product)
        {
            return SandboxControlEndpoints.NotFound();
        }

        if (request.Webhook is false)
        {
            return SandboxControlEndpoints.Ok(product, null);
        }

        await webhooks.SendItemAsync(Topics.ItemsDelete, product, id, cancellationToken);
        return SandboxControlEndpoints.Ok(product, await webhooks.SendItemAsync(Topics.ItemsCreate, product, next, cancellationToken));
    }

    private static async Task<Changed> DeleteAsync(
        [AsParameters] ItemIdRequest item, DeleteRequest request, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken)
    {
        var id = item.Parse();
        return state.Change(product => product.InventoryItemId == id, product => product with { InventoryItemId = null }) is { } product
            ? SandboxControlEndpoints.Ok(product, request.Webhook is not false ? await webhooks.SendItemAsync(Topics.ItemsDelete, product, id, cancellationToken) : null)
            : SandboxControlEndpoints.NotFound();
    }

    private static NoContent SetFault(SetShopifyFaultRequest request, ShopifyFaults faults)
    {
        faults.Current = request.ToFault();
        return TypedResults.NoContent();
    }

    private static async Task<Changed> ChangeAsync(
        long id, Func<SandboxProduct, SandboxProduct> change, SandboxLocation location, bool webhook, SandboxState state, SandboxWebhooks webhooks, CancellationToken cancellationToken) =>
        state.Change(product => product.InventoryItemId == id, change) is { } product
            ? SandboxControlEndpoints.Ok(product, webhook ? await webhooks.SendInventoryLevelAsync(id, location, cancellationToken) : null)
            : SandboxControlEndpoints.NotFound();

    private static SandboxLocation? Find(StockLocations locations, string? id) =>
        id is null ? SandboxLocation.MainOf(locations) : RuleExtensions.TryParseId(id, out var number) ? SandboxLocation.Find(locations, number) : null;
}
