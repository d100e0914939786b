using EventTracking.Stock.Catalog;

namespace EventTracking.Benchmarks.Simulation.Ports;

/// <summary>The catalog at the other end of a network.</summary>
internal sealed class SimulatedCatalog(IProductCatalog catalog, StoreCalls calls, SimulatedProcess process) : IProductCatalog
{
    public Task<ProductRecord?> FindAsync(long productId, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"catalog.find {productId}", () => catalog.FindAsync(productId, cancellationToken), cancellationToken);

    public Task<ProductRecord?> FindByInventoryItemAsync(long inventoryItemId, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"catalog.find-item {inventoryItemId}", () => catalog.FindByInventoryItemAsync(inventoryItemId, cancellationToken), cancellationToken);

    public Task LinkAsync(long productId, string sku, long inventoryItemId, long locationId, CancellationToken cancellationToken) => calls.AskAsync(
        process,
        $"catalog.link {productId}",
        async () =>
        {
            await catalog.LinkAsync(productId, sku, inventoryItemId, locationId, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<ProductRecord?> StoreBrightpearlAsync(long productId, Reading reading, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"catalog.store-brightpearl {productId}={reading.Quantity}", () => StoreAsync(productId, catalog.StoreBrightpearlAsync, reading, product => product.Brightpearl, cancellationToken), cancellationToken);

    public Task<ProductRecord?> StoreShopifyAsync(long productId, Reading reading, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"catalog.store-shopify {productId}={reading.Quantity}", () => StoreAsync(productId, catalog.StoreShopifyAsync, reading, product => product.Shopify, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ProductRecord>> ListDiscrepanciesAsync(long? after, int limit, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"catalog.list-discrepancies {after}", () => catalog.ListDiscrepanciesAsync(after, limit, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ProductRecord>> ListAsync(long? after, int limit, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"catalog.list {after}", () => catalog.ListAsync(after, limit, cancellationToken), cancellationToken);

    /// <summary>An answer that was long under way tells of what was, and must not hide what a later one told.</summary>
    private async Task<ProductRecord?> StoreAsync(
        long productId, Func<long, Reading, CancellationToken, Task<ProductRecord?>> store, Reading reading, Func<ProductRecord, Reading?> stored, CancellationToken cancellationToken)
    {
        var before = await catalog.FindAsync(productId, cancellationToken) is { } known ? stored(known) : null;
        var product = await store(productId, reading, cancellationToken);
        Witness.Require(
            before is not { } older || (product is not null && stored(product) is { } after && after.ReadAt >= older.ReadAt),
            Invariants.NewestReading,
            $"The catalog had a reading of {productId} of {before?.ReadAt:HH:mm:ss.fff}, and put one of {reading.ReadAt:HH:mm:ss.fff} in its place.");
        return product;
    }
}
