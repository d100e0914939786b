namespace EventTracking.Stock.Catalog;

/// <summary>A product or an inventory item that cannot be linked as both systems had it when it was looked up.</summary>
/// <param name="Id">Brightpearl's product id, or the id of Shopify's inventory item.</param>
/// <param name="Sku">Its SKU; null if it has none.</param>
/// <param name="Code">One of <see cref="UnlinkedReasons"/>.</param>
/// <param name="Reason">Why, for an operator.</param>
/// <param name="CheckedAt">When it was looked up, by the clock of the host that did so.</param>
internal sealed record UnlinkedRecord(long Id, string? Sku, string Code, string Reason, DateTimeOffset CheckedAt);
