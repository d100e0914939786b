using EventTracking.Api.Documentation;
using EventTracking.Core.Search;

namespace EventTracking.Api.Search;

/// <summary>What a search through payloads found, or what it would take.</summary>
/// <param name="Forecast">What the search would take; null unless it was a dry run.</param>
/// <param name="Hits">The payloads that have the text, the newest archived first; at most 50.</param>
/// <param name="Segments">The number of segments that were read.</param>
/// <param name="Bytes">Their length.</param>
/// <param name="Unreadable">The number of those that could not be read to their end: the one that is being written, or damaged ones.</param>
/// <param name="Next">The cursor with which to continue; null if everything was looked through.</param>
internal sealed record DeepSearchResponse(DeepSearchForecastResponse? Forecast, IReadOnlyList<DeepSearchHitResponse> Hits, long Segments, long Bytes, int Unreadable, string? Next)
{
    public static DeepSearchResponse From(DeepSearchResult result) => new(
        null,
        [.. result.Hits.Select(hit => new DeepSearchHitResponse(hit.EventId, hit.Source, hit.Topic, hit.ReceivedAt))],
        result.Segments,
        result.Bytes,
        result.Unreadable,
        result.Next?.ToString());

    public static DeepSearchResponse From(DeepSearchForecast forecast) => new(
        new DeepSearchForecastResponse(forecast.Segments, forecast.Bytes, Math.Round(forecast.Dollars, 6), Math.Round(forecast.Seconds, 1)), [], 0, 0, 0, null);
}

/// <summary>What a search would take.</summary>
/// <param name="Segments">The segments that it would read; on AWS, objects of the bucket.</param>
/// <param name="Bytes">Their length.</param>
/// <param name="Dollars">What AWS would bill for reading them, by list prices of us-east-1; 0 on the embedded backend.</param>
/// <param name="Seconds">About how long it would take; a call searches for 15 seconds.</param>
internal sealed record DeepSearchForecastResponse(long Segments, long Bytes, double Dollars, double Seconds);

/// <summary>A payload that has the text. `GET /events/{id}/payload` shows it.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Source">The source that it came from.</param>
/// <param name="Topic">The source's name for the kind of event.</param>
/// <param name="ReceivedAt">When it arrived.</param>
internal sealed record DeepSearchHitResponse([EventIdText] string EventId, string Source, string Topic, DateTimeOffset ReceivedAt);
