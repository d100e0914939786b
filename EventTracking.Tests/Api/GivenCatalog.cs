using EventTracking.Core.Catalog;

namespace EventTracking.Tests.Api;

/// <summary>A catalog that holds what a test gave it.</summary>
internal sealed class GivenCatalog(params ProductRecord[] products) : IProductCatalog
{
    public Task<ProductRecord?> FindAsync(long productId, CancellationToken cancellationToken) =>
        Task.FromResult(Array.Find(products, product => product.ProductId == productId));

    public Task<IReadOnlyList<ProductRecord>> ListDiscrepanciesAsync(long? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ProductRecord>>([.. products.Where(product => product.HasDiscrepancy && product.ProductId > (after ?? 0)).OrderBy(product => product.ProductId).Take(limit)]);

    public Task<ProductRecord?> FindByInventoryItemAsync(long inventoryItemId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task LinkAsync(long productId, string sku, long inventoryItemId, long locationId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ProductRecord?> StoreBrightpearlAsync(long productId, Reading reading, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ProductRecord?> StoreShopifyAsync(long productId, Reading reading, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ProductRecord>> ListAsync(long? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
}
