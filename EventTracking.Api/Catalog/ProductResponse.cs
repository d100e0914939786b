using System.Globalization;
using EventTracking.Stock.Catalog;

namespace EventTracking.Api.Catalog;

/// <summary>A product as both systems know it.</summary>
/// <param name="ProductId">Brightpearl's product id.</param>
/// <param name="Sku">The SKU, which links the two systems.</param>
/// <param name="InventoryItemId">Shopify's inventory item.</param>
/// <param name="LocationId">The Shopify location whose stock is synchronized.</param>
/// <param name="BpAvailability">The quantity that Brightpearl can sell; null if it was not read yet.</param>
/// <param name="ShAvailability">The quantity that Shopify shows as available; null if it was not read yet.</param>
/// <param name="Difference">Brightpearl's quantity minus Shopify's; null if either is unknown.</param>
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

/// <summary>A quantity and when it was read.</summary>
/// <param name="Quantity">The quantity.</param>
/// <param name="ReadAt">When the read began.</param>
internal sealed record ReadingResponse(int Quantity, DateTimeOffset ReadAt)
{
    public static ReadingResponse? FromOrNull(Reading? reading) => reading is { } known ? new(known.Quantity, known.ReadAt) : null;
}
