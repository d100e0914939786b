using EventTracking.Core.Payloads;

namespace EventTracking.Stock.Catalog;

/// <summary>
/// The products that both systems know. Each method is atomic and durable when it returns.
/// All throw <see cref="StoreUnavailableException"/> when the store did not answer.
/// </summary>
internal interface IProductCatalog
{
    /// <summary>The product, or null.</summary>
    Task<ProductRecord?> FindAsync(long productId, CancellationToken cancellationToken);

    /// <summary>The product that a Shopify inventory item belongs to, or null.</summary>
    Task<ProductRecord?> FindByInventoryItemAsync(long inventoryItemId, CancellationToken cancellationToken);

    /// <summary>
    /// Creates the link between the systems, or replaces it. Where it names another inventory item or another location than
    /// before, the reading of Shopify is dropped: it was that of another level. An inventory item belongs to one product: another
    /// one that had it leaves the catalog in the same operation, since its stock must never be written to an item that is not
    /// its own any more, and is imported anew by its next event.
    /// </summary>
    Task LinkAsync(long productId, string sku, long inventoryItemId, long locationId, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a reading of <c>bp_availability</c> unless a later one is stored. Returns the record as it is afterwards
    /// (which then tells the later reading), or null where the product is not in the catalog.
    /// </summary>
    Task<ProductRecord?> StoreBrightpearlAsync(long productId, Reading reading, CancellationToken cancellationToken);

    /// <summary>The same for <c>sh_availability</c>.</summary>
    Task<ProductRecord?> StoreShopifyAsync(long productId, Reading reading, CancellationToken cancellationToken);

    /// <summary>Products whose quantities differ, by product id, after a given one. Costs what drifted, not what is stocked.</summary>
    Task<IReadOnlyList<ProductRecord>> ListDiscrepanciesAsync(long? after, int limit, CancellationToken cancellationToken);

    /// <summary>All products by product id, after a given one.</summary>
    Task<IReadOnlyList<ProductRecord>> ListAsync(long? after, int limit, CancellationToken cancellationToken);
}
