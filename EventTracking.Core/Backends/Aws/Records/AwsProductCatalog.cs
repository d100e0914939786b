using System.Security.Cryptography;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Stock.Catalog;

namespace EventTracking.Core.Backends.Aws.Records;

/// <summary>
/// The catalog in DynamoDB. What a change depends on is read consistently, and written on condition that nobody wrote
/// meanwhile. No transaction is needed: <c>docs/decisions/0009-links-without-transactions.md</c> tells why.
/// </summary>
internal sealed class AwsProductCatalog(ProductStore store, TimeProvider time) : IProductCatalog
{
    private const int MostRounds = 30;

    /// <summary>Milliseconds; a pause is up to this long, and up to twice as long each time.</summary>
    private const int FirstPause = 5;
    private const int MostDoublings = 6;

    public async Task<ProductRecord?> FindAsync(long productId, CancellationToken cancellationToken) =>
        await store.FindAsync(productId, cancellationToken) is { IsPending: false } stored ? stored.Product : null;

    public async Task<ProductRecord?> FindByInventoryItemAsync(long inventoryItemId, CancellationToken cancellationToken) =>
        await store.FindLinkAsync(inventoryItemId, cancellationToken) is { } link
        && await FindAsync(link.ProductId, cancellationToken) is { } product && product.InventoryItemId == inventoryItemId
            ? product
            : null;

    public async Task LinkAsync(long productId, string sku, long inventoryItemId, long locationId, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var read = await store.FindAsync(productId, cancellationToken);
            var product = new ProductRecord(productId, sku, inventoryItemId, locationId)
            {
                Brightpearl = read?.Product.Brightpearl,
                // A level belongs to an inventory item at a location: that of another one says nothing.
                Shopify = read?.Product.InventoryItemId == inventoryItemId && read.Product.LocationId == locationId ? read.Product.Shopify : null,
            };

            // What is in the catalog owns its inventory item, so this one needs no link.
            var linked = read is { IsPending: false } && read.Product.InventoryItemId == inventoryItemId
                ? await store.TryPutAsync(new StoredProduct(product, IsPending: false, EventItems.NewToken()), read, cancellationToken)
                : await TryLinkAsync(product, read, cancellationToken);
            if (linked)
            {
                return;
            }

            await PauseAsync(round, cancellationToken);
        }

        throw ProductStore.Contended(productId, MostRounds);
    }

    public Task<ProductRecord?> StoreBrightpearlAsync(long productId, Reading reading, CancellationToken cancellationToken) =>
        StoreAsync(productId, product => product.Brightpearl?.ReadAt >= reading.ReadAt ? null : product with { Brightpearl = reading }, cancellationToken);

    public Task<ProductRecord?> StoreShopifyAsync(long productId, Reading reading, CancellationToken cancellationToken) =>
        StoreAsync(productId, product => product.Shopify?.ReadAt >= reading.ReadAt ? null : product with { Shopify = reading }, cancellationToken);

    public async Task<IReadOnlyList<ProductRecord>> ListDiscrepanciesAsync(long? after, int limit, CancellationToken cancellationToken) =>
        await store.ListAsync(ProductsTable.Discrepancies, ProductsTable.Drift, ProductItems.DriftPartition, after, limit, cancellationToken);

    public async Task<IReadOnlyList<ProductRecord>> ListAsync(long? after, int limit, CancellationToken cancellationToken) =>
        await store.ListAsync(null, ProductsTable.PartitionKey, ProductItems.ProductPartition, after, limit, cancellationToken);

    /// <summary>
    /// Makes the inventory item the product's own. The order is what matters: the product names the item, unseen, before the
    /// link names the product, so whoever takes the item away later finds the product to delete, and then the last write here
    /// is refused. False where somebody else changed something in between.
    /// </summary>
    private async Task<bool> TryLinkAsync(ProductRecord product, StoredProduct? read, CancellationToken cancellationToken)
    {
        var pending = new StoredProduct(product, IsPending: true, EventItems.NewToken());
        if (!await store.TryPutAsync(pending, read, cancellationToken))
        {
            return false;
        }

        var link = await store.FindLinkAsync(product.InventoryItemId, cancellationToken);
        if (link is not null && link.ProductId != product.ProductId)
        {
            await store.DeleteAsync(link.ProductId, product.InventoryItemId, cancellationToken);
        }

        // Also where the link names this product already: it refuses those who read it before.
        return await store.TryPutAsync(new StoredLink(product.InventoryItemId, product.ProductId, EventItems.NewToken()), link, cancellationToken)
            && await store.TryPutAsync(pending with { IsPending = false, Version = EventItems.NewToken() }, pending, cancellationToken);
    }

    /// <summary>The change tells the product with the reading, or null where a later one is stored.</summary>
    private async Task<ProductRecord?> StoreAsync(long productId, Func<ProductRecord, ProductRecord?> change, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await store.FindAsync(productId, cancellationToken) is not { IsPending: false } read)
            {
                return null;
            }

            if (change(read.Product) is not { } changed)
            {
                return read.Product;
            }

            if (await store.TryPutAsync(new StoredProduct(changed, IsPending: false, EventItems.NewToken()), read, cancellationToken))
            {
                return changed;
            }

            await PauseAsync(round, cancellationToken);
        }

        throw ProductStore.Contended(productId, MostRounds);
    }

    /// <summary>Those who undo each other's work must not meet again in step.</summary>
    private Task PauseAsync(int round, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(FirstPause << Math.Min(round, MostDoublings))), time, cancellationToken);
}
