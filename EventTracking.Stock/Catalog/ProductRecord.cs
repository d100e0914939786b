namespace EventTracking.Stock.Catalog;

/// <summary>A product that both systems know, with the quantities last read from each.</summary>
/// <param name="ProductId">Brightpearl's product id, which is the key.</param>
/// <param name="Sku">The SKU, which links the two systems.</param>
/// <param name="InventoryItemId">The id of Shopify's inventory item.</param>
/// <param name="LocationId">The id of the Shopify location whose stock is synchronized.</param>
internal sealed record ProductRecord(long ProductId, string Sku, long InventoryItemId, long LocationId)
{
    /// <summary>The last reading of Brightpearl's <c>onHand</c>, the quantity that can be sold.</summary>
    public Reading? Brightpearl { get; init; }

    /// <summary>The last reading of Shopify's <c>available</c>; null also if Shopify has no level at the location.</summary>
    public Reading? Shopify { get; init; }

    /// <summary>A unique name of the write that stored the product. What was read from a side since then may be stored if the version is still the same.</summary>
    public string Version { get; init; } = "";

    /// <summary>How many of Brightpearl's pieces are held back from the shop, by the rules in force when the product was stored.</summary>
    public int HeldBack { get; init; }

    /// <summary>Whether both quantities are known and differ by more than what is held back.</summary>
    public bool HasDiscrepancy => Brightpearl is { } bp && Shopify is { } sh && bp.Quantity - HeldBack != sh.Quantity;
}

/// <summary>A quantity, and when the read that returned it began, by the clock of the host that read it. The time is shown to operators and decides nothing.</summary>
internal readonly record struct Reading(int Quantity, DateTimeOffset ReadAt);
