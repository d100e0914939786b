using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Synchronization;

/// <summary>
/// Stores Shopify's level after it changed there. The quantity in the webhook is not a snapshot and is outdated after a retry, so the
/// level is read now, at the configured location. It is read even if the webhook is about another location, because the run may
/// stand for several events of the item. Brightpearl is the master: a difference remains a discrepancy until reconciliation
/// corrects it.
/// </summary>
internal sealed class InventoryObserved(ProductCatalog catalog, ShopifyClient shopify, IOptions<ShopifyOptions> options, TimeProvider time) : TrackedFunction<InventoryLevelMessage>
{
    protected override bool IsNotification => true;

    protected override InventoryLevelMessage ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload.ReadJson(StockJson.Default.InventoryLevelMessage) switch
    {
        { InventoryItemId: > 0 } message => message,
        var other => throw new FunctionException($"The payload's inventory_item_id must be greater than 0, but is {other.InventoryItemId}.", "payload/no-entity", transient: false),
    };

    protected override async Task<Outcome> HandleAsync(InventoryLevelMessage message, EventContext context, CancellationToken cancellationToken)
    {
        if (await catalog.FindByInventoryItemAsync(message.InventoryItemId, cancellationToken) is not { } product)
        {
            return Outcome.WaitFor(Entities.InventoryItem(message.InventoryItemId));
        }

        context.Step("reading Shopify's level");
        var readAt = time.GetUtcNow();
        var items = await shopify.GetItemsAsync([message.InventoryItemId], cancellationToken);
        if (items.GetValueOrDefault(message.InventoryItemId) is not { } item || shopify.FindLevel(item) is not { } level)
        {
            return Outcome.Ignored($"Inventory item {message.InventoryItemId} is no longer stocked at location {options.Value.LocationId}.");
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
