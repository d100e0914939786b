using System.Globalization;
using EventTracking.Stock.Catalog;

namespace EventTracking.Api.Catalog;

/// <summary>A product as both systems know it.</summary>
/// <param name="ProductId">Brightpearl's product id.</param>
/// <param name="Sku">What links the two systems.</param>
/// <param name="InventoryItemId">Shopify's inventory item.</param>
/// <param name="LocationId">The Shopify location whose stock is kept.</param>
/// <param name="BpAvailability">What Brightpearl says can be sold; null where it was not read yet.</param>
/// <param name="ShAvailability">What Shopify shows as available; null where it was not read yet.</param>
/// <param name="Difference">Brightpearl's quantity less Shopify's; null while one is unknown.</param>
internal sealed record ProductResponse(
    string ProductId, string Sku, string InventoryItemId, string LocationId, ReadingResponse? BpAvailability, ReadingResponse? ShAvailability, int? Difference)
{
    public static ProductResponse From(ProductRecord product) => new(
        Text(product.ProductId),
        product.Sku,
        Text(product.InventoryItemId),
        Text(product.LocationId),
        ReadingResponse.FromOrNull(product.Brightpearl),
        ReadingResponse.FromOrNull(product.Shopify),
        product.Brightpearl?.Quantity - product.Shopify?.Quantity);

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A quantity.</summary>
/// <param name="Quantity">The quantity.</param>
/// <param name="ReadAt">When the read that brought it began.</param>
internal sealed record ReadingResponse(int Quantity, DateTimeOffset ReadAt)
{
    public static ReadingResponse? FromOrNull(Reading? reading) => reading is { } known ? new(known.Quantity, known.ReadAt) : null;
}
