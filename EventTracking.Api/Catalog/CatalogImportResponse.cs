using System.Globalization;
using EventTracking.Api.Documentation;
using EventTracking.Core.Records;
using EventTracking.Stock.Imports;

namespace EventTracking.Api.Catalog;

/// <summary>An import of the whole catalog.</summary>
/// <param name="Id">The id of the import.</param>
/// <param name="State">Whether it is running or how it ended.</param>
/// <param name="Phase">What it is doing, or was doing when it ended.</param>
/// <param name="Progress">What has been done so far.</param>
/// <param name="Calls">The calls that the import itself has made. The quantities are read and set by the events that it has sent.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="UpdatedAt">When it last made progress.</param>
/// <param name="EndedAt">When it ended; null while it is running.</param>
/// <param name="EventId">The event of its present step, for `GET /events/{id}`. If it failed, a replay goes on there.</param>
/// <param name="Error">Why it failed; null if it did not.</param>
/// <param name="StartedBy">The name of the key with which it was started; null if the service started it because imports of single products did not keep up.</param>
/// <param name="StartReason">The reason that was given for its start.</param>
/// <param name="CancelledBy">The name of the key with which it was cancelled; null if it was not.</param>
/// <param name="CancelReason">The reason that was given for that.</param>
internal sealed record CatalogImportResponse(
    [NumberId] string Id,
    [OneOf("CatalogImportState", typeof(CatalogImportState))] string State,
    [OneOf("CatalogImportPhase", typeof(CatalogImportPhase))] string Phase,
    CatalogImportProgressResponse Progress,
    CatalogImportCallsResponse Calls,
    DateTimeOffset StartedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? EndedAt,
    [EventIdText] string EventId,
    string? Error,
    string? StartedBy,
    string? StartReason,
    string? CancelledBy,
    string? CancelReason)
{
    public const string Example = """
        {
          "id": "3", "state": "running", "phase": "matching-products",
          "progress": {
            "productsFound": 20000, "productsRead": 20000, "itemsRead": 19950, "linked": 3990, "newlyLinked": 3990, "unlinked": 10, "linksRemoved": 0, "failures": 0, "remaining": 16000,
            "unlinkedProducts": { "sku-not-at-shopify": 10 }, "unlinkedItems": {}
          },
          "calls": { "brightpearl": 60, "shopify": 80 },
          "startedAt": "2026-11-23T10:15:30.000Z", "updatedAt": "2026-11-23T10:16:02.000Z", "endedAt": null, "eventId": "01M83YEMEGQ2V7N4X9B6C1D0EF", "error": null,
          "startedBy": "ann", "startReason": "Prices and SKUs were imported at Brightpearl.", "cancelledBy": null, "cancelReason": null
        }
        """;

    /// <param name="import">The import.</param>
    /// <param name="eventId">The event of its present step.</param>
    /// <param name="failure">Why that event failed; null if it did not.</param>
    public static CatalogImportResponse From(StoredRecord<CatalogImportDocument> import, EventId eventId, string? failure)
    {
        var done = import.Value;
        return new CatalogImportResponse(
            import.Id.ToString(CultureInfo.InvariantCulture),
            failure is null ? done.State : CatalogImportState.Failed,
            done.Phase,
            new CatalogImportProgressResponse(
                done.ProductsFound,
                done.ProductsRead,
                done.ItemsRead,
                done.Linked,
                done.NewlyLinked,
                done.Products.Values.Sum() + done.Items.Values.Sum(),
                done.Unlinked,
                done.Failures,
                Math.Max(0, done.ProductsFound - done.ProductsMatched),
                done.Products,
                done.Items),
            new CatalogImportCallsResponse(done.BrightpearlCalls, done.ShopifyCalls),
            TimeOf(done.StartedAt),
            TimeOf(done.UpdatedAt),
            done.EndedAt is { } ended ? TimeOf(ended) : null,
            eventId.ToString(),
            failure ?? done.Failure,
            done.StartedBy,
            done.StartReason,
            done.CancelledBy,
            done.CancelReason);
    }

    private static DateTimeOffset TimeOf(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>What an import has done so far.</summary>
/// <param name="ProductsFound">How many products Brightpearl has, as it says itself.</param>
/// <param name="ProductsRead">How many of them have been read.</param>
/// <param name="ItemsRead">How many inventory items of Shopify have been read.</param>
/// <param name="Linked">Products that are linked, newly or as before.</param>
/// <param name="NewlyLinked">Products that this import linked.</param>
/// <param name="Unlinked">Products and items that cannot be linked.</param>
/// <param name="LinksRemoved">Links that were removed because they were not right any more.</param>
/// <param name="Failures">Products that are looked up again one by one, because they changed meanwhile or an answer lacked something.</param>
/// <param name="Remaining">Products that are still to be matched.</param>
/// <param name="UnlinkedProducts">Brightpearl's products that cannot be linked, by reason.</param>
/// <param name="UnlinkedItems">Shopify's items that cannot be linked, by reason.</param>
internal sealed record CatalogImportProgressResponse(
    int ProductsFound,
    int ProductsRead,
    int ItemsRead,
    int Linked,
    int NewlyLinked,
    int Unlinked,
    int LinksRemoved,
    int Failures,
    int Remaining,
    IReadOnlyDictionary<string, int> UnlinkedProducts,
    IReadOnlyDictionary<string, int> UnlinkedItems);

/// <summary>The calls that an import has made.</summary>
/// <param name="Brightpearl">To Brightpearl.</param>
/// <param name="Shopify">To Shopify.</param>
internal sealed record CatalogImportCallsResponse(int Brightpearl, int Shopify);
