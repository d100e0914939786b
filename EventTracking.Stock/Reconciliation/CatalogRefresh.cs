using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Observability;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Reconciliation;

/// <summary>
/// Reads one page of the catalog again from both systems, to find drift that no webhook reported. It sends the products that
/// differ through the pipeline and emits the event for the next page. Each page is an event, so a long refresh is tracked, retried
/// and replayed like any other event and does not depend on one process.
/// </summary>
internal sealed class CatalogRefresh(ProductCatalog catalog, BrightpearlClient brightpearl, ShopifyClient shopify, Reconciler reconciler, StockMetrics metrics, TimeProvider time)
    : TrackedFunction<RefreshPage>
{
    private const int PageSize = 100;

    protected override RefreshPage ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload.ReadJson(StockJson.Default.RefreshPage);

    protected override async Task<Outcome> HandleAsync(RefreshPage message, EventContext context, CancellationToken cancellationToken)
    {
        var products = await catalog.ListAsync(message.After, PageSize, cancellationToken);
        if (products.Count == 0)
        {
            context.Step("reached the end of the catalog");
            return Outcome.Succeeded;
        }

        context.Step($"reading Shopify's levels of {products.Count} products");

        var readAt = time.GetUtcNow();
        var items = await shopify.GetItemsAsync([.. products.Select(product => product.InventoryItemId)], cancellationToken);
        context.Step($"{items.Count} items; reading Brightpearl's availabilities");
        var availabilityReadAt = time.GetUtcNow();
        var availabilities = await brightpearl.GetAvailabilityAsync([.. products.Select(product => product.ProductId)], cancellationToken);
        context.Step($"{availabilities.Count} availabilities");

        var drifted = new List<long>();
        var unread = new List<long>();
        foreach (var product in products)
        {
            var stored = product;
            if (items.GetValueOrDefault(product.InventoryItemId) is { } item && shopify.FindLevel(item) is { } level)
            {
                stored = await catalog.StoreShopifyAsync(product.ProductId, new Reading(level.Available, readAt), cancellationToken) ?? stored;
            }

            var reading = availabilities.GetValueOrDefault(product.ProductId);
            if (reading is { Value: null })
            {
                // The product's own event then fails with what its answer lacks, and this page goes on.
                unread.Add(product.ProductId);
                continue;
            }

            if (reading?.Value is { } availability)
            {
                stored = await catalog.StoreBrightpearlAsync(product.ProductId, new Reading(availability.OnHand, availabilityReadAt), cancellationToken) ?? stored;
            }

            if (stored.HasDiscrepancy)
            {
                drifted.Add(product.ProductId);
            }
        }

        await context.EmitAsync([.. drifted.Concat(unread).Select(id => Next(reconciler.SyncDelivery(context.Event.CorrelationId, id), $"sync/{id}", context))], cancellationToken);
        metrics.DriftFound(drifted.Count);
        await context.EmitAsync([Next(reconciler.RefreshDelivery(context.Event.CorrelationId, products[^1].ProductId), "next", context)], cancellationToken);
        context.Step($"{drifted.Count} differ and {unread.Count} could not be read; these were sent");

        // The next page does not depend on this one, so it was sent before.
        return items.Count > 0 && availabilities.Count > 0
            ? Outcome.Succeeded
            : throw new FunctionException(
                $"Of {products.Count} products, Shopify returned {items.Count} and Brightpearl {availabilities.Count}, so this page was not compared.",
                "reconciliation/nothing-read",
                transient: true);
    }

    /// <summary>Gives a delivery an id that stays the same if the page runs again after a crash, but changes if the page is replayed.</summary>
    private static Delivery Next(Delivery delivery, string name, EventContext context) => delivery with
    {
        DeliveryId = $"{context.Event.Id}/{name}/{context.ReplayCount}",
        TriggeredAt = context.Event.Id.Time,
    };
}
