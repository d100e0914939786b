namespace EventTracking.Stock.Catalog;

/// <summary>A product that both systems know, with the quantities last read from each.</summary>
/// <param name="ProductId">Brightpearl's product id, which is the key.</param>
/// <param name="Sku">The SKU, which links the two systems.</param>
/// <param name="InventoryItemId">The id of Shopify's inventory item.</param>
/// <param name="Locations">The quantities at each location of the settings, in their order.</param>
internal sealed record ProductRecord(long ProductId, string Sku, long InventoryItemId, IReadOnlyList<LocationStock> Locations)
{
    /// <summary>A unique name of the write that stored the product. What was read from a side since then may be stored if the version is still the same.</summary>
    public string Version { get; init; } = "";

    /// <summary>Whether the quantities of a location differ. Differences of several locations do not make up for each other.</summary>
    public bool HasDiscrepancy => Locations.Any(location => location.HasDiscrepancy);

    /// <summary>
    /// Whether both sides have been read. Where an item is not stocked, Shopify has no level and there is nothing to compare, so one level
    /// is enough: Brightpearl's quantity of a location is never read without the level there.
    /// </summary>
    public bool IsCompared => Locations.All(location => location.Brightpearl is not null) && Locations.Any(location => location.Shopify is not null);

    /// <summary>Returns the product with other quantities at each location.</summary>
    public ProductRecord WithLocations(Func<LocationStock, LocationStock> change) => this with { Locations = [.. Locations.Select(change)] };

    // A list compares itself by reference.
    public bool Equals(ProductRecord? other) =>
        other is not null && (ProductId, Sku, InventoryItemId, Version) == (other.ProductId, other.Sku, other.InventoryItemId, other.Version) && Locations.SequenceEqual(other.Locations);

    public override int GetHashCode() => HashCode.Combine(ProductId, Sku, InventoryItemId, Version);
}
