using System.Text.Json.Serialization;
using EventTracking.Core.Records;

namespace EventTracking.Stock.Catalog;

/// <summary>A product as it is stored.</summary>
/// <param name="Sku">The product's SKU.</param>
/// <param name="Item">The id of Shopify's inventory item.</param>
/// <param name="Location">The id of the Shopify location.</param>
/// <param name="BpAvailability">Brightpearl's quantity.</param>
/// <param name="BpReadAt">When the read of Brightpearl's quantity began, in UTC ticks (100 ns since the year 1).</param>
/// <param name="ShAvailability">Shopify's quantity.</param>
/// <param name="ShReadAt">When the read of Shopify's quantity began, in UTC ticks (100 ns since the year 1).</param>
/// <param name="Pending">True while the inventory item may still belong to another product. The catalog hides the product until then.</param>
/// <param name="HeldBack">How many of Brightpearl's pieces are held back from the shop; null for none.</param>
internal sealed record ProductDocument(
    string Sku,
    long Item,
    long Location,
    int? BpAvailability,
    long? BpReadAt,
    int? ShAvailability,
    long? ShReadAt,
    bool? Pending,
    int? HeldBack = null)
{
    public static ProductDocument From(ProductRecord product, bool isPending) => new(
        product.Sku,
        product.InventoryItemId,
        product.LocationId,
        product.Brightpearl?.Quantity,
        product.Brightpearl?.ReadAt.UtcTicks,
        product.Shopify?.Quantity,
        product.Shopify?.ReadAt.UtcTicks,
        isPending ? true : null,
        product.HeldBack == 0 ? null : product.HeldBack);

    public static ProductRecord ToProduct(StoredRecord<ProductDocument> stored) => new(stored.Id, stored.Value.Sku, stored.Value.Item, stored.Value.Location)
    {
        Brightpearl = ReadingOf(stored.Value.BpAvailability, stored.Value.BpReadAt),
        Shopify = ReadingOf(stored.Value.ShAvailability, stored.Value.ShReadAt),
        HeldBack = stored.Value.HeldBack ?? 0,
        Version = stored.Version,
    };

    private static Reading? ReadingOf(int? quantity, long? readAt) =>
        quantity is { } known && readAt is { } ticks ? new Reading(known, new DateTimeOffset(ticks, TimeSpan.Zero)) : null;
}

/// <summary>The product that an inventory item belongs to, stored under the item's id. It counts only if the product names the item too.</summary>
internal sealed record LinkDocument(long Product);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProductDocument))]
[JsonSerializable(typeof(LinkDocument))]
internal sealed partial class CatalogJson : JsonSerializerContext;
