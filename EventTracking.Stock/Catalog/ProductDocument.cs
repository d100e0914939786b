using System.Text.Json.Serialization;
using EventTracking.Core.Records;

namespace EventTracking.Stock.Catalog;

/// <summary>
/// A product as it is stored. The quantities of the first location are members of the product, as they were when there was only one:
/// the record of a product with one location is what it was, and a version that knows one location reads that of any other product.
/// </summary>
/// <param name="Sku">The product's SKU.</param>
/// <param name="Item">The id of Shopify's inventory item.</param>
/// <param name="Location">The id of the first Shopify location.</param>
/// <param name="BpAvailability">Brightpearl's quantity.</param>
/// <param name="BpReadAt">When the read of Brightpearl's quantity began, in UTC ticks (100 ns since the year 1).</param>
/// <param name="ShAvailability">Shopify's quantity.</param>
/// <param name="ShReadAt">When the read of Shopify's quantity began, in UTC ticks (100 ns since the year 1).</param>
/// <param name="Pending">True while the inventory item may still belong to another product. The catalog hides the product until then.</param>
/// <param name="HeldBack">How many of Brightpearl's pieces are held back from the shop; null for none.</param>
/// <param name="Others">The other locations; null if there is one.</param>
internal sealed record ProductDocument(
    string Sku,
    long Item,
    long Location,
    int? BpAvailability,
    long? BpReadAt,
    int? ShAvailability,
    long? ShReadAt,
    bool? Pending,
    int? HeldBack = null,
    IReadOnlyList<LocationDocument>? Others = null)
{
    public static ProductDocument From(ProductRecord product, bool isPending)
    {
        var first = LocationDocument.From(product.Locations[0]);
        return new(
            product.Sku,
            product.InventoryItemId,
            first.Location,
            first.Bp,
            first.BpAt,
            first.Sh,
            first.ShAt,
            isPending ? true : null,
            first.Held,
            product.Locations.Count == 1 ? null : [.. product.Locations.Skip(1).Select(LocationDocument.From)]);
    }

    /// <summary>Returns the product with the locations of the settings. Nothing is known yet about one that the record does not have, and another than these is left out.</summary>
    public static ProductRecord ToProduct(StoredRecord<ProductDocument> stored, IEnumerable<long> locations)
    {
        var document = stored.Value;
        var known = document.All.ToDictionary(location => location.Location, location => location.ToStock());
        return new(stored.Id, document.Sku, document.Item, [.. locations.Select(id => known.GetValueOrDefault(id) ?? new LocationStock(id))]) { Version = stored.Version };
    }

    /// <summary>All locations of the record.</summary>
    [JsonIgnore]
    public IEnumerable<LocationDocument> All => [new(Location, BpAvailability, BpReadAt, ShAvailability, ShReadAt, HeldBack), .. Others ?? []];
}

/// <summary>The quantities of a location as they are stored. The names are short, because each location makes the record longer.</summary>
/// <param name="Location">The id of the Shopify location.</param>
/// <param name="Bp">Brightpearl's quantity.</param>
/// <param name="BpAt">When the read of it began, in UTC ticks.</param>
/// <param name="Sh">Shopify's quantity.</param>
/// <param name="ShAt">When the read of it began, in UTC ticks.</param>
/// <param name="Held">How many of Brightpearl's pieces are held back; null for none.</param>
internal sealed record LocationDocument(long Location, int? Bp, long? BpAt, int? Sh, long? ShAt, int? Held)
{
    public static LocationDocument From(LocationStock stock) => new(
        stock.LocationId,
        stock.Brightpearl?.Quantity,
        stock.Brightpearl?.ReadAt.UtcTicks,
        stock.Shopify?.Quantity,
        stock.Shopify?.ReadAt.UtcTicks,
        stock.HeldBack == 0 ? null : stock.HeldBack);

    public LocationStock ToStock() => new(Location) { Brightpearl = ReadingOf(Bp, BpAt), Shopify = ReadingOf(Sh, ShAt), HeldBack = Held ?? 0 };

    private static Reading? ReadingOf(int? quantity, long? readAt) =>
        quantity is { } known && readAt is { } ticks ? new Reading(known, new DateTimeOffset(ticks, TimeSpan.Zero)) : null;
}

/// <summary>The product that an inventory item belongs to, stored under the item's id. It counts only if the product names the item too.</summary>
internal sealed record LinkDocument(long Product);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProductDocument))]
[JsonSerializable(typeof(LinkDocument))]
internal sealed partial class CatalogJson : JsonSerializerContext;
