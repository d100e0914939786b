using System.Globalization;
using EventTracking.Stock.Catalog;

namespace EventTracking.Api.Catalog;

/// <summary>How much of the stock is compared. An empty list of discrepancies says nothing about what is not.</summary>
/// <param name="Complete">Whether everything that both systems have and synchronize is linked and compared, and no event about a quantity fails or waits for Shopify.</param>
/// <param name="Summary">The same in a sentence, and what to do about it.</param>
/// <param name="Linked">The number of linked products.</param>
/// <param name="Compared">How many of them have been read on both sides.</param>
/// <param name="Unread">How many of them have never been read on one side or both.</param>
/// <param name="Failing">How many events about quantities have failed, are tried again or wait until Shopify accepts the access token, so that what was read may be out of date. Those that a later success has made moot are left out.</param>
/// <param name="Unlinked">Products and items that were looked up and cannot be linked.</param>
/// <param name="UnlinkedProducts">Those of Brightpearl by reason.</param>
/// <param name="UnlinkedItems">Those of Shopify by reason.</param>
/// <param name="CountedAt">When they were counted: with the request, or, if there are more than 2,000, up to a minute before.</param>
/// <param name="Exact">False if there are more than 100,000, of which the rest is not counted.</param>
/// <param name="LastImport">When the whole catalog was last imported; null if it never was.</param>
/// <param name="LastRefresh">When all linked products were last read again; null if they never were.</param>
/// <param name="Locations">How many of the linked products are compared at each location.</param>
internal sealed record CoverageResponse(
    bool Complete,
    string Summary,
    int Linked,
    int Compared,
    int Unread,
    int Failing,
    int Unlinked,
    IReadOnlyDictionary<string, int> UnlinkedProducts,
    IReadOnlyDictionary<string, int> UnlinkedItems,
    DateTimeOffset CountedAt,
    bool Exact,
    DateTimeOffset? LastImport,
    DateTimeOffset? LastRefresh,
    IReadOnlyList<LocationCoverageResponse> Locations)
{
    public const string Example = """
        {
          "complete": true,
          "summary": "All 180 linked products are compared. 2 are on one side only or are not synchronized.",
          "linked": 180, "compared": 180, "unread": 0, "failing": 0, "unlinked": 2, "unlinkedProducts": { "sku-not-at-shopify": 1 }, "unlinkedItems": { "sku-not-at-brightpearl": 1 },
          "countedAt": "2026-11-23T10:15:30.000Z", "exact": true, "lastImport": "2026-11-22T09:00:00.000Z", "lastRefresh": null,
          "locations": [ { "locationId": "24826418", "compared": 180, "notStocked": 0, "unread": 0 } ]
        }
        """;

    public static CoverageResponse From(Coverage coverage) => new(
        coverage.IsComplete,
        coverage.Summary,
        coverage.Linked,
        coverage.Compared,
        coverage.Unread,
        coverage.Failing,
        coverage.Unlinked,
        coverage.UnlinkedProducts,
        coverage.UnlinkedItems,
        coverage.CountedAt,
        coverage.IsWhole,
        coverage.ImportedAt,
        coverage.RefreshedAt,
        [.. coverage.Locations.Select(location => LocationCoverageResponse.From(location.Key, location.Value, coverage.Linked))]);
}

/// <summary>How many of the linked products are compared at a location.</summary>
/// <param name="LocationId">The Shopify location.</param>
/// <param name="Compared">Products whose quantities at the location are known on both sides.</param>
/// <param name="NotStocked">Products that have been read, and that Shopify does not stock at the location.</param>
/// <param name="Unread">Products that have not been read on one side or both.</param>
internal sealed record LocationCoverageResponse(string LocationId, int Compared, int NotStocked, int Unread)
{
    public static LocationCoverageResponse From(long locationId, LocationCount count, int linked) =>
        new(locationId.ToString(CultureInfo.InvariantCulture), count.Compared, count.NotStocked, linked - count.Compared - count.NotStocked);
}
