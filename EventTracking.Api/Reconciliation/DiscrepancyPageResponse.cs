using System.Globalization;
using EventTracking.Api.Catalog;
using EventTracking.Api.Documentation;
using EventTracking.Stock.Catalog;

namespace EventTracking.Api.Reconciliation;

/// <summary>Products whose quantities differ, by product id.</summary>
/// <param name="Products">The products.</param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
/// <param name="Coverage">How much of the stock is compared at all.</param>
/// <param name="ImportId">The import of the catalog that was started last, for `GET /catalog/imports/{id}`; null if none was.</param>
internal sealed record DiscrepancyPageResponse(IReadOnlyList<ProductResponse> Products, [NumberId] string? Next, CoverageResponse Coverage, [NumberId] string? ImportId)
{
    /// <summary>Takes the first <paramref name="limit"/> products; one more product means that there is another page.</summary>
    public static DiscrepancyPageResponse From(IReadOnlyList<ProductRecord> products, int limit, Coverage coverage, long? import)
    {
        var page = products.Take(limit).Select(ProductResponse.From).ToArray();
        return new(page, products.Count > limit ? page[^1].ProductId : null, CoverageResponse.From(coverage), import?.ToString(CultureInfo.InvariantCulture));
    }
}
