namespace EventTracking.Stock.Catalog;

/// <summary>What is known about a product: it is linked, or it is not and the reason is known.</summary>
/// <param name="ProductId">Brightpearl's product id; null if only Shopify is known to have it.</param>
/// <param name="InventoryItemId">Shopify's inventory item; null if only Brightpearl is known to have it.</param>
/// <param name="Product">The product in the catalog; null if it is not linked.</param>
/// <param name="Unlinked">Why it is not linked; null if it is.</param>
internal sealed record CatalogEntry(long? ProductId, long? InventoryItemId, ProductRecord? Product, UnlinkedRecord? Unlinked)
{
    public string? Sku => Product?.Sku ?? Unlinked?.Sku;

    public CatalogCursor Cursor => new(ProductId ?? InventoryItemId!.Value, IsItem: ProductId is null);

    public static CatalogEntry Of(ProductRecord product) => new(product.ProductId, product.InventoryItemId, product, null);

    public static CatalogEntry OfProduct(UnlinkedRecord product) => new(product.Id, null, null, product);

    public static CatalogEntry OfItem(UnlinkedRecord item) => new(null, item.Id, null, item);
}
