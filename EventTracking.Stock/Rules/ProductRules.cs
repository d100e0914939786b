using System.IO.Enumeration;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Rules;

/// <summary>What a merchant has decided about a product.</summary>
internal sealed class ProductRules(IOptions<StockOptions> options)
{
    private readonly StockOptions options = options.Value;

    /// <summary>Returns why the stock of the product is never synchronized, for an operator; null if it is.</summary>
    public string? WhyExcluded(long productId, string? sku) => options.Exclusions.Any(selector => Names(selector, productId, sku))
        ? $"Product {productId} ('{sku}') is excluded by the setting {StockOptions.Section}:{nameof(options.Exclusions)}."
        : null;

    /// <summary>
    /// Returns how many of the pieces that could be sold are held back from the shop. No more are held back than there are: the shop shows
    /// none then, and a negative quantity stays as it is, because what is oversold cannot be held back.
    /// </summary>
    /// <param name="productId">The product's id at Brightpearl.</param>
    /// <param name="sku">Its SKU.</param>
    /// <param name="quantity">How many could be sold.</param>
    public int HeldBack(long productId, string? sku, int quantity) => Math.Clamp(SafetyStockOf(productId, sku), 0, Math.Max(0, quantity));

    private int SafetyStockOf(long productId, string? sku) =>
        options.SafetyStocks.FirstOrDefault(rule => Names(rule, productId, sku))?.Units ?? options.SafetyStock;

    private static bool Names(ProductSelector selector, long productId, string? sku) => selector.ProductId is { } id
        ? id == productId
        : sku is not null && FileSystemName.MatchesSimpleExpression(selector.Sku, sku, ignoreCase: false);
}
