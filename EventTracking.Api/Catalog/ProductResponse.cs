using System.Globalization;
using EventTracking.Api.Documentation;
using EventTracking.Stock.Catalog;

namespace EventTracking.Api.Catalog;

/// <summary>A product as both systems know it.</summary>
/// <param name="ProductId">Brightpearl's product id; null if only Shopify is known to have the product.</param>
/// <param name="Sku">The SKU, which links the two systems; null if there is none.</param>
/// <param name="InventoryItemId">Shopify's inventory item; null if only Brightpearl is known to have the product.</param>
/// <param name="LocationId">The Shopify location whose stock is synchronized; null if there are several, or if the product is not linked.</param>
/// <param name="BpAvailability">The quantity that Brightpearl can sell, at all locations together and with the earliest time; null if one was not read yet.</param>
/// <param name="ShAvailability">The quantity that Shopify shows as available, summed up in the same way. A location that does not stock the item adds nothing.</param>
/// <param name="HeldBack">How many of Brightpearl's pieces the settings hold back from the shop; null if the product is not linked.</param>
/// <param name="Difference">Brightpearl's quantity, less what is held back, minus Shopify's; null if either is unknown. With several locations, the sum, which may be 0 although they differ.</param>
/// <param name="Linked">Whether the product is linked, so that its stock is synchronized.</param>
/// <param name="Reason">Why it is not linked, in a word; null if it is.</param>
/// <param name="ReasonDetail">The same in a sentence.</param>
/// <param name="CheckedAt">When it was last found that it cannot be linked.</param>
/// <param name="Locations">The quantities of each location; empty if the product is not linked.</param>
internal sealed record ProductResponse(
    [NumberId] string? ProductId,
    string? Sku,
    [NumberId] string? InventoryItemId,
    [NumberId] string? LocationId,
    ReadingResponse? BpAvailability,
    ReadingResponse? ShAvailability,
    long? HeldBack,
    long? Difference,
    bool Linked,
    [OneOf("UnlinkedReason", typeof(UnlinkedReasons))] string? Reason,
    string? ReasonDetail,
    DateTimeOffset? CheckedAt,
    IReadOnlyList<LocationResponse> Locations)
{
    public static ProductResponse From(ProductRecord product) => From(CatalogEntry.Of(product));

    public static ProductResponse From(CatalogEntry entry) => new(
        Text(entry.ProductId),
        entry.Sku,
        Text(entry.InventoryItemId),
        entry.Product?.Locations is [var only] ? Text(only.LocationId) : null,
        entry.Product is { } known && known.Locations.All(location => location.Brightpearl is not null) ? ReadingResponse.SumOf(known.Locations.Select(location => location.Brightpearl)) : null,
        entry.Product is { } read && (read.IsCompared || read.Locations.All(location => location.Shopify is not null)) ? ReadingResponse.SumOf(read.Locations.Select(location => location.Shopify)) : null,
        entry.Product?.Locations.Sum(location => (long)location.HeldBack),
        entry.Product?.Locations.Aggregate((long?)null, (sum, location) => location.Difference is { } difference ? (sum ?? 0) + difference : sum),
        entry.Product is not null,
        entry.Unlinked?.Code,
        entry.Unlinked?.Reason,
        entry.Unlinked?.CheckedAt,
        [.. (entry.Product?.Locations ?? []).Select(LocationResponse.From)]);

    private static string? Text(long? id) => id?.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A quantity and when it was read.</summary>
/// <param name="Quantity">The quantity.</param>
/// <param name="ReadAt">When the read began.</param>
internal sealed record ReadingResponse(long Quantity, DateTimeOffset ReadAt)
{
    public static ReadingResponse? FromOrNull(Reading? reading) => reading is { } known ? new(known.Quantity, known.ReadAt) : null;

    /// <summary>The sum of those that are known, as old as the oldest; null if none is.</summary>
    public static ReadingResponse? SumOf(IEnumerable<Reading?> readings) =>
        readings.OfType<Reading>().ToList() is { Count: > 0 } known ? new(known.Sum(reading => (long)reading.Quantity), known.Min(reading => reading.ReadAt)) : null;
}

/// <summary>The quantities of a product at a location.</summary>
/// <param name="LocationId">The Shopify location.</param>
/// <param name="BpAvailability">The quantity that Brightpearl can sell, in all warehouses that feed the location; null if it was not read yet.</param>
/// <param name="ShAvailability">The quantity that Shopify shows as available; null if it was not read yet, or if the item is not stocked at the location.</param>
/// <param name="HeldBack">How many of Brightpearl's pieces the settings hold back from the location.</param>
/// <param name="Difference">Brightpearl's quantity, less what is held back, minus Shopify's; null if either is unknown.</param>
internal sealed record LocationResponse(string LocationId, ReadingResponse? BpAvailability, ReadingResponse? ShAvailability, int HeldBack, long? Difference)
{
    public static LocationResponse From(LocationStock stock) => new(
        stock.LocationId.ToString(CultureInfo.InvariantCulture), ReadingResponse.FromOrNull(stock.Brightpearl), ReadingResponse.FromOrNull(stock.Shopify), stock.HeldBack, stock.Difference);
}
