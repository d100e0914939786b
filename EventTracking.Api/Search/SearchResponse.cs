using EventTracking.Api.Events;
using EventTracking.Core.Search;

namespace EventTracking.Api.Search;

/// <summary>What a search tried and found.</summary>
/// <param name="Q">What was searched for.</param>
/// <param name="Found">The number of different events that all readings show.</param>
/// <param name="Readings">One for everything that the key can be; those that found events come first.</param>
internal sealed record SearchResponse(string Q, int Found, IReadOnlyList<SearchReadingResponse> Readings)
{
    public static SearchResponse From(string text, IReadOnlyList<SearchReading> readings) => new(
        text,
        readings.SelectMany(reading => reading.Events).Select(summary => summary.Event.Id).Distinct().Count(),
        [.. readings.OrderBy(reading => reading.Events.Count == 0).Select(SearchReadingResponse.From)]);
}

/// <summary>One way to read the key.</summary>
/// <param name="Kind">
/// The kind of key: `event-id`, `trace-id`, `delivery-id`, `entity`, `payload-key`, `sku`, `product-id`, `inventory-item-id`, `shopify-product-id`, `order-id`, `order-name`,
/// `fingerprint`, `cause`, `replay-id`, or `address` for one that says nothing; integrations may add others.
/// </param>
/// <param name="Entities">The entities whose events were looked up.</param>
/// <param name="Events">The newest events, at most 10.</param>
/// <param name="More">Whether there may be more. `GET /events?entity=` lists those of an entity.</param>
/// <param name="Reason">Why nothing was found, or what is known about the key; null if there is nothing to say.</param>
internal sealed record SearchReadingResponse(string Kind, IReadOnlyList<string> Entities, IReadOnlyList<EventSummaryResponse> Events, bool More, string? Reason)
{
    public static SearchReadingResponse From(SearchReading reading) => new(
        reading.Kind, [.. reading.Entities.Select(entity => entity.ToString())], [.. reading.Events.Select(EventSummaryResponse.From)], reading.More, reading.Reason);
}
