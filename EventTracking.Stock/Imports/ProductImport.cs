using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Waiting;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Imports;

/// <summary>
/// Links a product of both systems by its SKU, starting from either system, and releases all events that waited for it. A SKU that is
/// missing or found more than once is a permanent failure that lists what was found, because guessing would mix up the stock of
/// two products.
/// </summary>
internal sealed class ProductImport(
    ProductCatalog catalog,
    BrightpearlWebhooks webhooks,
    BrightpearlClient brightpearl,
    ShopifyClient shopify,
    DependencyReleaser releaser,
    IOptions<ShopifyOptions> options,
    TimeProvider time) : TrackedFunction<EntityKey>
{
    protected override bool IsNotification => true;

    protected override EntityKey ReadMessage(PayloadRecord payload, EventMetadata metadata)
    {
        if (payload.Topic != Topics.ImportEntity)
        {
            // This is a webhook about a new product, or one of several products that a webhook named.
            return Entities.Product(Entities.Number(metadata.Entity ?? webhooks.Read(payload.Headers, payload.Body).Entity, Entities.ProductKind));
        }

        var request = payload.ReadJson(StockJson.Default.ImportRequest);
        return EntityKey.TryParse(request.Entity, null, out var entity)
            ? entity
            : throw new FunctionException($"'{request.Entity}' cannot be imported: it is not an entity key such as 'product:1008'.", "payload/no-entity", transient: false);
    }

    protected override async Task<Outcome> HandleAsync(EntityKey message, EventContext context, CancellationToken cancellationToken)
    {
        context.Step($"looking up the SKU of {message}");
        var sku = await FindSkuAsync(message, cancellationToken);
        context.Step($"looking for the SKU {sku} in both systems");

        var readAt = time.GetUtcNow();
        var item = Single(await shopify.FindItemsAsync(sku, cancellationToken), sku, "Shopify", found => $"inventory item {found.Id}");
        if (!item.Tracked)
        {
            throw new FunctionException($"Shopify does not track the stock of '{sku}' (inventory item {item.Id}). Turn on tracking in Shopify, then replay the event.", "import/not-tracked-at-shopify", transient: false);
        }

        var productId = Single(await brightpearl.FindProductIdsAsync(sku, cancellationToken), sku, "Brightpearl", found => $"product {found}");
        context.Step($"matched: product {productId}, inventory item {item.Id}");

        await catalog.LinkAsync(productId, sku, item.Id, options.Value.LocationId, cancellationToken);
        await StoreFirstReadingsAsync(productId, item, readAt, cancellationToken);
        context.Step("catalog written");

        var by = context.Event.Id.ToString();
        var released = await releaser.ReleaseAsync(Entities.Product(productId), by, cancellationToken)
            + await releaser.ReleaseAsync(Entities.InventoryItem(item.Id), by, cancellationToken);
        context.Step($"released {released} waiting events");
        return Outcome.Succeeded;
    }

    private static T Single<T>(IReadOnlyList<T> found, string sku, string system, Func<T, string> describe) => found switch
    {
        [var only] => only,
        [] => throw new FunctionException($"{system} has no product with the SKU '{sku}'.", $"import/sku-not-at-{system.ToLowerInvariant()}", transient: false),
        _ => throw new FunctionException($"{system} has the SKU '{sku}' more than once: {string.Join(", ", found.Select(describe))}.", $"import/sku-not-unique-at-{system.ToLowerInvariant()}", transient: false),
    };

    private async Task<string> FindSkuAsync(EntityKey entity, CancellationToken cancellationToken)
    {
        if (entity.Kind == Entities.InventoryItemKind)
        {
            var itemId = Entities.Number(entity, Entities.InventoryItemKind);
            return (await shopify.GetItemsAsync([itemId], cancellationToken)).GetValueOrDefault(itemId)?.Sku
                ?? throw new FunctionException($"Inventory item {itemId} does not exist in Shopify, or has no SKU.", "import/no-sku-at-shopify", transient: false);
        }

        var id = Entities.Number(entity, Entities.ProductKind);
        return (await brightpearl.GetProductsAsync([id], cancellationToken)).GetValueOrDefault(id)?.Require() switch
        {
            null => throw new FunctionException($"Brightpearl has no product {id}.", "import/no-product-at-brightpearl", transient: false),
            { Bundle: true } => throw new FunctionException($"Product {id} is a bundle, whose stock Brightpearl computes from its parts. Bundles are not synchronized.", "import/bundle", transient: false),
            { StockTracked: false } => throw new FunctionException($"Brightpearl does not track the stock of product {id}.", "import/not-stock-tracked", transient: false),
            { Sku: { Length: > 0 } sku } => sku,
            _ => throw new FunctionException($"Product {id} has no SKU in Brightpearl.", "import/no-sku-at-brightpearl", transient: false),
        };
    }

    /// <summary>Stores the first reading of both quantities, so that a product that already differs is reported at once.</summary>
    private async Task StoreFirstReadingsAsync(long productId, ShopifyItem item, DateTimeOffset levelReadAt, CancellationToken cancellationToken)
    {
        if (shopify.FindLevel(item) is { } level)
        {
            await catalog.StoreShopifyAsync(productId, new Reading(level.Available, levelReadAt), cancellationToken);
        }

        var readAt = time.GetUtcNow();
        var availabilities = await brightpearl.GetAvailabilityAsync([productId], cancellationToken);
        if (availabilities.GetValueOrDefault(productId)?.Value is { } availability)
        {
            await catalog.StoreBrightpearlAsync(productId, new Reading(availability.OnHand, readAt), cancellationToken);
        }
    }
}
