using EventTracking.Core.Catalog;
using EventTracking.Core.Connectors.Shopify;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Stock;

/// <summary>
/// Notes what Shopify offers after it changed there. The quantity in the webhook is no snapshot (and after a retry an old one),
/// so the level is read now. Brightpearl is the master: a difference shows as a discrepancy until reconciliation mends it.
/// </summary>
internal sealed class InventoryObserved(IProductCatalog catalog, ShopifyClient shopify, IOptions<ShopifyOptions> options, TimeProvider time) : TrackedFunction<InventoryLevelMessage>
{
    protected internal override bool IsTrigger => true;

    protected override InventoryLevelMessage ReadMessage(PayloadRecord payload) => payload.ReadJson(StockJson.Default.InventoryLevelMessage);

    protected override async Task<Outcome> HandleAsync(InventoryLevelMessage message, EventContext context, CancellationToken cancellationToken)
    {
        if (await catalog.FindByInventoryItemAsync(message.InventoryItemId, cancellationToken) is not { } product)
        {
            return Outcome.WaitFor(Entities.InventoryItem(message.InventoryItemId));
        }

        // The configured one, which is what is read below; the catalog's may be from before the setting was changed.
        var kept = options.Value.LocationId;
        if (message.LocationId is { } location && location != kept)
        {
            return Outcome.Ignored($"Location {location} is not the one whose stock is kept.");
        }

        context.Step("reading Shopify's level");
        var readAt = time.GetUtcNow();
        var levels = await shopify.GetLevelsAsync([message.InventoryItemId], cancellationToken);
        if (!levels.TryGetValue(message.InventoryItemId, out var level))
        {
            return Outcome.Ignored($"Inventory item {message.InventoryItemId} is not stocked at location {kept} any more.");
        }

        context.Step($"{level.Available} available");
        var stored = await catalog.StoreShopifyAsync(product.ProductId, new Reading(level.Available, readAt), cancellationToken);
        if (stored?.Shopify is { } newest && newest.ReadAt > readAt)
        {
            return Outcome.Superseded("A later reading of Shopify is stored.");
        }

        if (stored is { HasDiscrepancy: true, Brightpearl: { } master })
        {
            context.Step($"differs from Brightpearl, which has {master.Quantity}");
        }

        return Outcome.Succeeded;
    }
}
