using System.Globalization;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Stock.Imports;

/// <summary>Why a product or an item cannot be linked. The import of one product and that of the whole catalog give the same reasons.</summary>
internal static class LinkRefusals
{
    private const int MaxNamed = 10;

    /// <summary>Returns why Brightpearl's product cannot be linked, whatever Shopify has; null if it can.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="product">What Brightpearl has; null if it is not there.</param>
    public static NotLinkedException? Of(long productId, BrightpearlProduct? product) => product switch
    {
        null => new NotLinkedException($"Brightpearl has no product {productId}.", UnlinkedReasons.NoProductAtBrightpearl, null),
        { Bundle: true } => new NotLinkedException($"Product {productId} is a bundle, whose stock Brightpearl computes from its parts. Bundles are not synchronized.", UnlinkedReasons.Bundle, product.Sku),
        { StockTracked: false } => new NotLinkedException($"Brightpearl does not track the stock of product {productId}.", UnlinkedReasons.NotStockTracked, product.Sku),
        { SkuFault: { } fault } => new NotLinkedException($"Product {productId} cannot be linked: its SKU in Brightpearl {fault}.", UnlinkedReasons.UnusableSkuAtBrightpearl, null),
        { Sku: null } => new NotLinkedException($"Product {productId} has no SKU in Brightpearl.", UnlinkedReasons.NoSkuAtBrightpearl, null),
        _ => null,
    };

    /// <summary>Returns why Shopify's item cannot be linked, whatever Brightpearl has; null if it can.</summary>
    /// <param name="itemId">The item.</param>
    /// <param name="item">What Shopify has; null if it is not there.</param>
    public static NotLinkedException? Of(long itemId, ShopifyItem? item) => item switch
    {
        { SkuFault: { } fault } => new NotLinkedException($"Inventory item {itemId} cannot be linked: its SKU in Shopify {fault}.", UnlinkedReasons.UnusableSkuAtShopify, null),
        { Sku: null } or null => new NotLinkedException($"Inventory item {itemId} does not exist in Shopify, or has no SKU.", UnlinkedReasons.NoSkuAtShopify, null),
        { Tracked: false } => new NotLinkedException(
            $"Shopify does not track the stock of '{item.Sku}' (inventory item {item.Id}). Turn on tracking in Shopify to have it synchronized.", UnlinkedReasons.NotTrackedAtShopify, item.Sku),
        _ => null,
    };

    /// <summary>Returns the only item that has the SKU.</summary>
    /// <exception cref="NotLinkedException">There is none, or there are several.</exception>
    public static T SingleAtShopify<T>(IReadOnlyList<T> found, string sku, Func<T, long> idOf) => found switch
    {
        [var only] => only,
        [] => throw NotAtShopify(sku),
        _ => throw NotUniqueAtShopify(sku, [.. found.Select(idOf)]),
    };

    /// <summary>Returns the only product that has the SKU.</summary>
    /// <exception cref="NotLinkedException">There is none, or there are several.</exception>
    public static long SingleAtBrightpearl(IReadOnlyList<long> found, string sku) => found switch
    {
        [var only] => only,
        [] => throw NotAtBrightpearl(sku),
        _ => throw NotUniqueAtBrightpearl(sku, found),
    };

    public static NotLinkedException NotAtShopify(string sku) => new($"Shopify has no product with the SKU '{sku}'.", UnlinkedReasons.SkuNotAtShopify, sku);

    public static NotLinkedException NotAtBrightpearl(string sku) => new($"Brightpearl has no product with the SKU '{sku}'.", UnlinkedReasons.SkuNotAtBrightpearl, sku);

    public static NotLinkedException NotUniqueAtShopify(string sku, IReadOnlyList<long> items) =>
        new($"Shopify has the SKU '{sku}' more than once: {Named(items, "inventory item")}.", UnlinkedReasons.SkuNotUniqueAtShopify, sku);

    public static NotLinkedException NotUniqueAtBrightpearl(string sku, IReadOnlyList<long> products) =>
        new($"Brightpearl has the SKU '{sku}' more than once: {Named(products, "product")}.", UnlinkedReasons.SkuNotUniqueAtBrightpearl, sku);

    private static string Named(IReadOnlyList<long> ids, string kind) =>
        string.Join(", ", ids.Take(MaxNamed).Select(id => string.Create(CultureInfo.InvariantCulture, $"{kind} {id}")))
        + (ids.Count > MaxNamed ? string.Create(CultureInfo.InvariantCulture, $" and {ids.Count - MaxNamed} more") : "");
}
