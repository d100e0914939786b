using System.Globalization;
using EventTracking.Api.Documentation;
using EventTracking.Stock.Catalog;

namespace EventTracking.Api.Catalog;

/// <summary>A product as both systems know it.</summary>
/// <param name="ProductId">Brightpearl's product id; null if only Shopify is known to have the product.</param>
/// <param name="Sku">The SKU, which links the two systems; null if there is none.</param>
/// <param name="InventoryItemId">Shopify's inventory item; null if only Brightpearl is known to have the product.</param>
/// <param name="LocationId">The Shopify location whose stock is synchronized; null if the product is not linked.</param>
/// <param name="BpAvailability">The quantity that Brightpearl can sell; null if it was not read yet.</param>
/// <param name="ShAvailability">The quantity that Shopify shows as available; null if it was not read yet.</param>
/// <param name="HeldBack">How many of Brightpearl's pieces the settings hold back from the shop; null if the product is not linked.</param>
/// <param name="Difference">Brightpearl's quantity, less what is held back, minus Shopify's; null if either is unknown.</param>
/// <param name="Linked">Whether the product is linked, so that its stock is synchronized.</param>
/// <param name="Reason">Why it is not linked, in a word; null if it is.</param>
/// <param name="ReasonDetail">The same in a sentence.</param>
/// <param name="CheckedAt">When it was last found that it cannot be linked.</param>
internal sealed record ProductResponse(
    [NumberId] string? ProductId,
    string? Sku,
    [NumberId] string? InventoryItemId,
    [NumberId] string? LocationId,
    ReadingResponse? BpAvailability,
    ReadingResponse? ShAvailability,
    int? HeldBack,
    int? Difference,
    bool Linked,
    [OneOf("UnlinkedReason", typeof(UnlinkedReasons))] string? Reason,
    string? ReasonDetail,
    DateTimeOffset? CheckedAt)
{
    public static ProductResponse From(ProductRecord product) => From(CatalogEntry.Of(product));

    public static ProductResponse From(CatalogEntry entry) => new(
        Text(entry.ProductId),
        entry.Sku,
        Text(entry.InventoryItemId),
        Text(entry.Product?.LocationId),
        ReadingResponse.FromOrNull(entry.Product?.Brightpearl),
        ReadingResponse.FromOrNull(entry.Product?.Shopify),
        entry.Product?.HeldBack,
        entry.Product?.Brightpearl?.Quantity - entry.Product?.HeldBack - entry.Product?.Shopify?.Quantity,
        entry.Product is not null,
        entry.Unlinked?.Code,
        entry.Unlinked?.Reason,
        entry.Unlinked?.CheckedAt);

    private static string? Text(long? id) => id?.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A quantity and when it was read.</summary>
/// <param name="Quantity">The quantity.</param>
/// <param name="ReadAt">When the read began.</param>
internal sealed record ReadingResponse(int Quantity, DateTimeOffset ReadAt)
{
    public static ReadingResponse? FromOrNull(Reading? reading) => reading is { } known ? new(known.Quantity, known.ReadAt) : null;
}
