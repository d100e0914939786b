using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Observability;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Synchronization;

/// <summary>
/// Sets Shopify's <c>available</c> to what Brightpearl can sell. The event only notifies of a change, so both quantities are read
/// now. The order matters: Shopify's level, with which the write compares, is read first, and Brightpearl's quantity second. If
/// anything else writes in between (another sync, an order, a merchant), the comparison is stale and both are read again.
/// </summary>
internal sealed class StockSync(ProductCatalog catalog, BrightpearlWebhooks webhooks, BrightpearlClient brightpearl, ShopifyClient shopify, StockMetrics metrics, TimeProvider time)
    : TrackedFunction<long>
{
    private const int MaxRounds = 5;

    protected override bool IsNotification => true;

    protected override long ReadMessage(PayloadRecord payload, EventMetadata metadata) =>
        Entities.Number(metadata.Entity ?? webhooks.Read(payload.Headers, payload.Body).Entity, Entities.ProductKind);

    protected override async Task<Outcome> HandleAsync(long productId, EventContext context, CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(productId, cancellationToken) is not { } product)
        {
            return Outcome.WaitFor(Entities.Product(productId));
        }

        for (var round = 1; round <= MaxRounds; round++)
        {
            if (await SyncAsync(product, round, context, cancellationToken) is { } outcome)
            {
                return outcome;
            }

            context.Step($"round {round} was stale");
        }

        throw new FunctionException($"The stock of {product.Sku} changed during each of {MaxRounds} rounds, so Shopify's quantity could not be set.", "stock/contended", transient: true);
    }

    /// <summary>Runs one round. Returns null if the comparison was stale or a newer reading of Brightpearl appeared.</summary>
    private async Task<Outcome?> SyncAsync(ProductRecord product, int round, EventContext context, CancellationToken cancellationToken)
    {
        context.Step("reading Shopify's level");
        var levelReadAt = time.GetUtcNow();
        var items = await shopify.GetItemsAsync([product.InventoryItemId], cancellationToken);
        if (items.GetValueOrDefault(product.InventoryItemId) is not { } item)
        {
            throw new FunctionException($"Inventory item {product.InventoryItemId} ({product.Sku}) does not exist in Shopify.", "shopify/no-item", transient: false);
        }

        if (shopify.FindLevel(item) is not { } level)
        {
            return NotStocked(product);
        }

        context.Step($"{level.Available} available, {level.Committed} committed; reading Brightpearl's availability");
        var availabilityReadAt = time.GetUtcNow();
        var availabilities = await brightpearl.GetAvailabilityAsync([product.ProductId], cancellationToken);
        if (availabilities.GetValueOrDefault(product.ProductId)?.Require() is not { } availability)
        {
            throw new FunctionException($"Brightpearl does not track the stock of product {product.ProductId} ({product.Sku}).", "brightpearl/not-stock-tracked", transient: false);
        }

        context.Step($"{availability.OnHand} on hand, {availability.Allocated} allocated");
        if (await IsNewerStoredAsync(product.ProductId, new Reading(availability.OnHand, availabilityReadAt), cancellationToken))
        {
            // The newer reading may come from a run that does not write to Shopify, such as an import, so this run repeats the round.
            return null;
        }

        await catalog.StoreShopifyAsync(product.ProductId, new Reading(level.Available, levelReadAt), cancellationToken);
        var target = Sellable.Target(level, availability);
        if (target == level.Available)
        {
            context.Step($"already {target}");
            return Outcome.Succeeded;
        }

        context.Step($"setting available from {level.Available} to {target}");
        var key = IdempotencyKey.For(context.Event.Id, context.Attempt, round, product.InventoryItemId, level.Available, target);
        // Take the time before the write, not after it: a reading that begins during the write may see a merchant's later edit.
        var writtenAt = time.GetUtcNow();
        switch (await shopify.SetAvailableAsync(product.InventoryItemId, target, item.Level?.Available, key, $"gid://event-tracking/Event/{context.Event.Id}", cancellationToken))
        {
            case ShopifySetResult.Stale:
                return null;
            case ShopifySetResult.NotStocked:
                return NotStocked(product);
        }

        context.Step("set");
        if (context.Event.Source == Topics.ReconciliationSource)
        {
            metrics.DriftCorrected();
        }

        var stored = await catalog.StoreShopifyAsync(product.ProductId, new Reading(target, writtenAt), cancellationToken);

        // The comparison does not notice a quantity that changed and changed back, but a newer reading of Brightpearl shows it.
        return stored?.Brightpearl is { } newest && newest.ReadAt > availabilityReadAt ? null : Outcome.Succeeded;
    }

    // Stocking the item there is the merchant's decision. Shopify says so when it is made, and reconciliation brings the quantity.
    private static Outcome NotStocked(ProductRecord product) =>
        Outcome.Ignored($"Inventory item {product.InventoryItemId} ({product.Sku}) is not stocked at location {product.LocationId}.");

    private async Task<bool> IsNewerStoredAsync(long productId, Reading reading, CancellationToken cancellationToken) =>
        await catalog.StoreBrightpearlAsync(productId, reading, cancellationToken) is { Brightpearl: { } stored } && stored.ReadAt > reading.ReadAt;
}
