namespace EventTracking.Stock.Rules;

/// <summary>What a merchant decides about the stock of products, bound to the configuration section <c>Stock</c>.</summary>
internal sealed class StockOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Stock";

    /// <summary>How many pieces of each product are held back from the shop.</summary>
    public int SafetyStock { get; set; }

    /// <summary>Products of which another number is held back. The first that names a product counts.</summary>
    public IList<SafetyStockRule> SafetyStocks { get; } = [];

    /// <summary>Products whose stock is never synchronized.</summary>
    public IList<ProductSelector> Exclusions { get; } = [];
}

/// <summary>Names products: one by its id at Brightpearl, or those whose SKU matches a pattern.</summary>
internal class ProductSelector
{
    /// <summary>The id of a product at Brightpearl; null if the SKU names the products.</summary>
    public long? ProductId { get; set; }

    /// <summary>A SKU, in which <c>*</c> stands for any characters and <c>?</c> for one; null if the id names the product. Case matters, as it does in SKUs.</summary>
    public string? Sku { get; set; }
}

/// <summary>How many pieces of some products are held back.</summary>
internal sealed class SafetyStockRule : ProductSelector
{
    /// <summary>The number of pieces.</summary>
    public int Units { get; set; }
}
