using EventTracking.Stock.Catalog;

namespace EventTracking.Api.Catalog;

/// <summary>Products: those of Brightpearl by product id, and after them the items that only Shopify has.</summary>
/// <param name="Products">The products. There may be fewer than asked for, or none, even if more follow.</param>
/// <param name="Next">The value of `after` for the next page; null at the end.</param>
internal sealed record ProductPageResponse(IReadOnlyList<ProductResponse> Products, string? Next)
{
    public static ProductPageResponse From(CatalogPage page) => new([.. page.Entries.Select(ProductResponse.From)], page.Next?.ToString());
}
