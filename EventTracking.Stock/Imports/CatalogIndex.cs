using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Stock.Imports;

/// <summary>Both catalogs, joined by SKU. It decides as the import of a single product does, with what was read.</summary>
internal sealed class CatalogIndex
{
    private readonly ILookup<string, CatalogRow> productsBySku;
    private readonly ILookup<string, CatalogRow> itemsBySku;

    public CatalogIndex(IEnumerable<CatalogRow> products, IEnumerable<CatalogRow> items)
    {
        // A row that moved to another page while they were read is there twice; the later one counts.
        Products = [.. products.GroupBy(row => row.Id).Select(same => same.Last()).OrderBy(row => row.Id)];
        Items = [.. items.GroupBy(row => row.Id).Select(same => same.Last()).OrderBy(row => row.Id)];
        productsBySku = Products.Where(row => row.Sku is not null).ToLookup(row => row.Sku!, StringComparer.Ordinal);
        itemsBySku = Items.Where(row => row.Sku is not null).ToLookup(row => row.Sku!, StringComparer.Ordinal);
    }

    /// <summary>Brightpearl's products by id.</summary>
    public IReadOnlyList<CatalogRow> Products { get; }

    /// <summary>Shopify's items by id.</summary>
    public IReadOnlyList<CatalogRow> Items { get; }

    /// <summary>Returns the item to which the product is to be linked, or why it cannot be. Whether it is a bundle is not known here.</summary>
    public CatalogMatch MatchProduct(CatalogRow product)
    {
        if (LinkRefusals.Of(product.Id, ToProduct(product)) is { } refusal)
        {
            return new CatalogMatch(null, refusal);
        }

        return Join(product.Sku!) switch
        {
            ({ } refused, _, _) => new CatalogMatch(null, refused),
            var (_, _, item) => LinkRefusals.Of(item.Id, ToItem(item)) is { } untracked ? new CatalogMatch(null, untracked) : new CatalogMatch(item.Id, null),
        };
    }

    /// <summary>Returns the product to which the item is to be linked, or why it cannot be.</summary>
    public CatalogMatch MatchItem(CatalogRow item)
    {
        if (LinkRefusals.Of(item.Id, ToItem(item)) is { } refusal)
        {
            return new CatalogMatch(null, refusal);
        }

        return Join(item.Sku!) switch
        {
            ({ } refused, _, _) => new CatalogMatch(null, refused),
            var (_, product, _) => LinkRefusals.Of(product.Id, ToProduct(product)) is { } untracked
                ? new CatalogMatch(null, untracked)
                : new CatalogMatch(product.Id, null),
        };
    }

    /// <summary>Returns whether the link is as what was read says: both still have the SKU and track their stock, even if others have it too.</summary>
    public bool Holds(ProductRecord product) => itemsBySku[product.Sku].Any(item => item.Id == product.InventoryItemId && item.Tracked)
        && productsBySku[product.Sku].Any(row => row.Id == product.ProductId && row.Tracked);

    private (NotLinkedException? Refusal, CatalogRow Product, CatalogRow Item) Join(string sku)
    {
        var (products, items) = (productsBySku[sku].ToList(), itemsBySku[sku].ToList());
        return (products, items) switch
        {
            ({ Count: > 1 }, _) => (LinkRefusals.NotUniqueAtBrightpearl(sku, [.. products.Select(row => row.Id)]), default, default),
            (_, { Count: > 1 }) => (LinkRefusals.NotUniqueAtShopify(sku, [.. items.Select(row => row.Id)]), default, default),
            (_, []) => (LinkRefusals.NotAtShopify(sku), default, default),
            ([], _) => (LinkRefusals.NotAtBrightpearl(sku), default, default),
            _ => (null, products[0], items[0]),
        };
    }

    private static BrightpearlProduct ToProduct(CatalogRow row) => new(row.Id, row.Sku, row.Tracked, Bundle: false) { SkuFault = row.SkuFault };

    private static ShopifyItem ToItem(CatalogRow row) => new(row.Id, row.Sku, row.Tracked) { SkuFault = row.SkuFault };
}

/// <summary>What a product or an item is to be linked to; null if it cannot be, and then why.</summary>
internal readonly record struct CatalogMatch(long? Other, NotLinkedException? Refusal);
