using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Stock.Catalog;

/// <summary>
/// Checks whether a product is still linked to its inventory item: both sides must have them, with the SKU that linked them, and
/// track their stock. Merchants rename, swap and recreate SKUs, so that a link that was right would put stock on another product's item.
/// </summary>
internal static class LinkCheck
{
    /// <summary>Returns why Shopify's side of the link is broken, for an operator; null if it is not.</summary>
    /// <param name="product">The product as the catalog has it.</param>
    /// <param name="item">Its inventory item as Shopify has it now; null if it is not there.</param>
    public static string? WhyBroken(this ProductRecord product, ShopifyItem? item) => item switch
    {
        null => $"Inventory item {product.InventoryItemId} of '{product.Sku}' no longer exists in Shopify.",
        { SkuFault: { } fault } => $"Inventory item {product.InventoryItemId} no longer has the SKU '{product.Sku}' in Shopify: its SKU {fault}.",
        { Sku: null } => $"Inventory item {product.InventoryItemId} no longer has the SKU '{product.Sku}' in Shopify, or any other.",
        { Sku: var sku } when sku != product.Sku => $"Inventory item {product.InventoryItemId} has the SKU '{sku}' in Shopify instead of '{product.Sku}'.",
        { Tracked: false } => $"Shopify does not track the stock of '{product.Sku}' (inventory item {product.InventoryItemId}) any more.",
        _ => null,
    };

    /// <summary>Returns why Brightpearl's side of the link is broken, for an operator; null if it is not.</summary>
    /// <param name="product">The product as the catalog has it.</param>
    /// <param name="found">The product as Brightpearl has it now; null if it is not there.</param>
    public static string? WhyBroken(this ProductRecord product, BrightpearlProduct? found) => found switch
    {
        null => $"Brightpearl no longer has product {product.ProductId} ('{product.Sku}').",
        { Bundle: true } => $"Product {product.ProductId} ('{product.Sku}') has become a bundle in Brightpearl.",
        { StockTracked: false } => $"Brightpearl does not track the stock of product {product.ProductId} ('{product.Sku}') any more.",
        { SkuFault: { } fault } => $"Product {product.ProductId} no longer has the SKU '{product.Sku}' in Brightpearl: its SKU {fault}.",
        { Sku: null } => $"Product {product.ProductId} no longer has the SKU '{product.Sku}' in Brightpearl, or any other.",
        { Sku: var sku } when sku != product.Sku => $"Product {product.ProductId} has the SKU '{sku}' in Brightpearl instead of '{product.Sku}'.",
        _ => null,
    };
}
