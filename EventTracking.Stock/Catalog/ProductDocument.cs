using System.Text.Json.Serialization;

namespace EventTracking.Stock.Catalog;

/// <summary>A product as it is stored.</summary>
/// <param name="Sku">Its SKU.</param>
/// <param name="Item">The inventory item.</param>
/// <param name="Location">The location.</param>
/// <param name="BpAvailability">Brightpearl's quantity.</param>
/// <param name="BpReadAt">When the read of it began, in 100 ns since the year 1.</param>
/// <param name="ShAvailability">Shopify's quantity.</param>
/// <param name="ShReadAt">When the read of it began, in 100 ns since the year 1.</param>
/// <param name="Pending">True while the inventory item may still belong to another product: nobody sees the product until then.</param>
internal sealed record ProductDocument(
    string Sku,
    long Item,
    long Location,
    int? BpAvailability,
    long? BpReadAt,
    int? ShAvailability,
    long? ShReadAt,
    bool? Pending)
{
    public static ProductDocument From(ProductRecord product, bool isPending) => new(
        product.Sku,
        product.InventoryItemId,
        product.LocationId,
        product.Brightpearl?.Quantity,
        product.Brightpearl?.ReadAt.UtcTicks,
        product.Shopify?.Quantity,
        product.Shopify?.ReadAt.UtcTicks,
        isPending ? true : null);

    public ProductRecord ToProduct(long productId) => new(productId, Sku, Item, Location)
    {
        Brightpearl = ReadingOf(BpAvailability, BpReadAt),
        Shopify = ReadingOf(ShAvailability, ShReadAt),
    };

    private static Reading? ReadingOf(int? quantity, long? readAt) =>
        quantity is { } known && readAt is { } ticks ? new Reading(known, new DateTimeOffset(ticks, TimeSpan.Zero)) : null;
}

/// <summary>Which product an inventory item belongs to, if that one names it too; stored under the inventory item's id.</summary>
internal sealed record LinkDocument(long Product);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProductDocument))]
[JsonSerializable(typeof(LinkDocument))]
internal sealed partial class CatalogJson : JsonSerializerContext;
