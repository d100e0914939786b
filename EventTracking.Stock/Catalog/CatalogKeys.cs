using System.Globalization;
using EventTracking.Core.Events;
using EventTracking.Core.Search;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Catalog;

/// <summary>What a text may mean in either system: a SKU or, if it is a number, a product, an inventory item or an order.</summary>
internal sealed class CatalogKeys(ProductCatalog catalog, CatalogList list, TimeProvider time) : IKeyResolver
{
    /// <summary>More products with one SKU are a mistake in the shops; the first ones show it.</summary>
    private const int MostProducts = 2;

    private const string ShopifyProductId = "shopify-product-id";
    private const string OrderId = "order-id";
    private const string OnlyInPayloads = "Only payloads have the name of an order. EventTracking:Search:Paths makes it searchable for what comes from then on, and POST /search/deep finds it in what is there.";

    /// <summary>The catalog has no index by SKU, and reading all of it for each search would take longer than all else. What was linked meanwhile is found a little later.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    private volatile SkuIndex? recent;

    public async Task<IReadOnlyList<KeyMeaning>> ResolveAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return await Task.WhenAll(ShopAddress.Read(text).Select(address => FindAsync(address, cancellationToken)));
        }

        var sku = await FindSkuAsync(text, cancellationToken);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ?
            [
                await FindProductAsync(number, cancellationToken),
                await FindItemAsync(number, cancellationToken),
                new KeyMeaning(ShopifyProductId, [KeyOf(Entities.ShopifyProductKind, number)], null),
                new KeyMeaning(OrderId, [KeyOf(Entities.OrderKind, number)], null),
                sku,
            ]
            : text is ['#', >= '0' and <= '9', ..] ? [new KeyMeaning("order-name", [], OnlyInPayloads), sku]
            : [sku];
    }

    private async Task<KeyMeaning> FindAsync(ShopAddress address, CancellationToken cancellationToken) => address switch
    {
        { Kind: ShopAddress.Product, IsBrightpearl: true } => await FindProductAsync(address.Id, cancellationToken),
        { Kind: ShopAddress.Product } => new KeyMeaning(ShopifyProductId, [KeyOf(Entities.ShopifyProductKind, address.Id)], null),
        { Kind: ShopAddress.InventoryItem } => await FindItemAsync(address.Id, cancellationToken),
        { Kind: ShopAddress.Order, IsBrightpearl: false } => new KeyMeaning(OrderId, [KeyOf(Entities.OrderKind, address.Id)], null),
        { Kind: ShopAddress.Location } => new KeyMeaning("location-id", [Entities.Location(address.Id)], null),
        { Kind: ShopAddress.Variant } => new KeyMeaning(
            "shopify-variant-id", [], "Events and the catalog name a variant by its inventory item and its SKU, not by its own id. Search for one of those."),
        _ => new KeyMeaning("shop-address", [], string.Create(CultureInfo.InvariantCulture, $"No event is known by the {address.Kind} {address.Id}.")),
    };

    private async Task<KeyMeaning> FindSkuAsync(string sku, CancellationToken cancellationToken)
    {
        var index = recent is { } known && time.GetElapsedTime(known.ReadAt) < Kept ? known : recent = await ReadAsync(cancellationToken);
        List<CatalogEntry> entries = [.. index.Entries[sku].Take(MostProducts)];
        if (entries.Count == 0)
        {
            // Those that are not linked are few, and each that is listed costs a read more.
            entries.AddRange((await list.ListAsync(new CatalogQuery { Linked = false, Sku = sku, Limit = MostProducts }, cancellationToken)).Entries);
        }

        var remark = (entries.Count, index.IsWhole) switch
        {
            (0, true) => $"The catalog has no product with the SKU '{sku}'. Case matters.",
            (0, false) => string.Create(CultureInfo.InvariantCulture, $"None of the first {CatalogList.MaxSeen:#,##0} products of the catalog has the SKU '{sku}'. GET /products goes on from there."),
            _ => null,
        };
        return new KeyMeaning("sku", [.. entries.SelectMany(EntitiesOf)], remark);
    }

    private async Task<SkuIndex> ReadAsync(CancellationToken cancellationToken)
    {
        var page = await list.ListAsync(new CatalogQuery { Linked = true, Limit = CatalogList.MaxSeen }, cancellationToken);
        return new SkuIndex(page.Entries.Where(entry => entry.Sku is not null).ToLookup(entry => entry.Sku!, StringComparer.Ordinal), page.Next is null, time.GetTimestamp());
    }

    private async Task<KeyMeaning> FindProductAsync(long id, CancellationToken cancellationToken)
    {
        var entry = await list.FindAsync(id, cancellationToken);
        return new KeyMeaning("product-id", entry is null ? [Entities.Product(id)] : [.. EntitiesOf(entry)], entry is null ? $"The catalog has no product {id}." : null);
    }

    private async Task<KeyMeaning> FindItemAsync(long id, CancellationToken cancellationToken)
    {
        var product = await catalog.FindByInventoryItemAsync(id, cancellationToken);
        return new KeyMeaning(
            "inventory-item-id", product is null ? [Entities.InventoryItem(id)] : [Entities.InventoryItem(id), Entities.Product(product.ProductId)], product is null ? $"No product of the catalog is linked to the inventory item {id}." : null);
    }

    private static IEnumerable<EntityKey> EntitiesOf(CatalogEntry entry)
    {
        if (entry.ProductId is { } product)
        {
            yield return Entities.Product(product);
        }

        if (entry.InventoryItemId is { } item)
        {
            yield return Entities.InventoryItem(item);
        }
    }

    private static EntityKey KeyOf(string kind, long id) => new(kind, id.ToString(CultureInfo.InvariantCulture));

    private sealed record SkuIndex(ILookup<string, CatalogEntry> Entries, bool IsWhole, long ReadAt);
}
