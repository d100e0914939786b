namespace EventTracking.Stock.Catalog;

/// <summary>The quantities of a product at one location, as they were last read.</summary>
/// <param name="LocationId">The id of the Shopify location.</param>
internal sealed record LocationStock(long LocationId)
{
    /// <summary>The last reading of Brightpearl's <c>onHand</c>, the quantity that can be sold, summed over the warehouses that feed the location.</summary>
    public Reading? Brightpearl { get; init; }

    /// <summary>The last reading of Shopify's <c>available</c>; null also if Shopify has no level at the location.</summary>
    public Reading? Shopify { get; init; }

    /// <summary>How many of Brightpearl's pieces are held back from the location, by the rules in force when the product was stored.</summary>
    public int HeldBack { get; init; }

    /// <summary>Whether Shopify once had a level here. If it has none now, somebody removed it; otherwise none was ever there, as far as is known.</summary>
    public bool HadLevel => Shopify is { Quantity: not 0 } || (Brightpearl is not null && Shopify is null);

    public bool IsRead => Brightpearl is not null && Shopify is not null;

    /// <summary>Brightpearl's quantity, less what is held back, minus Shopify's; null if either is not known.</summary>
    public long? Difference => Brightpearl is { } bp && Shopify is { } sh ? (long)bp.Quantity - HeldBack - sh.Quantity : null;

    public bool HasDiscrepancy => Difference is not (null or 0);
}

/// <summary>A quantity, and when the read that returned it began, by the clock of the host that read it. The time is shown to operators and decides nothing.</summary>
internal readonly record struct Reading(int Quantity, DateTimeOffset ReadAt);
