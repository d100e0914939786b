namespace EventTracking.Stock.Imports;

/// <summary>What a step of an import found and did.</summary>
internal sealed class CatalogFindings
{
    /// <summary>Products that are linked, newly or as before.</summary>
    public int Linked { get; set; }

    public int NewlyLinked { get; set; }

    /// <summary>Products whose link was removed.</summary>
    public int Unlinked { get; set; }

    public int Failures { get; set; }

    /// <summary>Brightpearl's products that cannot be linked, by reason.</summary>
    public Dictionary<string, int> Products { get; } = [];

    /// <summary>Shopify's items that cannot be linked for a reason of their product, by that reason.</summary>
    public Dictionary<string, int> Items { get; } = [];

    public int BrightpearlCalls { get; set; }

    public int ShopifyCalls { get; set; }
}
