namespace EventTracking.Stock.Catalog;

/// <summary>A product as both systems know it, with the quantities last read from each.</summary>
/// <param name="ProductId">Brightpearl's product id: the key.</param>
/// <param name="Sku">What links the two systems.</param>
/// <param name="InventoryItemId">Shopify's inventory item.</param>
/// <param name="LocationId">The Shopify location whose stock is kept.</param>
internal sealed record ProductRecord(long ProductId, string Sku, long InventoryItemId, long LocationId)
{
    /// <summary>Brightpearl's <c>onHand</c>: what can be sold.</summary>
    public Reading? Brightpearl { get; init; }

    /// <summary>Shopify's <c>available</c>.</summary>
    public Reading? Shopify { get; init; }

    /// <summary>Both are known and differ.</summary>
    public bool HasDiscrepancy => Brightpearl is { } bp && Shopify is { } sh && bp.Quantity != sh.Quantity;
}

/// <summary>A quantity and when the read that brought it began.</summary>
internal readonly record struct Reading(int Quantity, DateTimeOffset ReadAt);
