using EventTracking.Api.Documentation;
using EventTracking.Api.Events;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;

namespace EventTracking.Api.Failures;

/// <summary>The failures that a replay would not change, because a later event of the same entity has succeeded.</summary>
/// <param name="AsOf">When they were judged: up to 10 seconds before, or, if more than 500 entities have failed, up to 20 milliseconds for each.</param>
/// <param name="Judged">How many failures were judged.</param>
/// <param name="Count">How many of those are moot.</param>
/// <param name="Truncated">Whether there are more failures than were judged. The count is then a lower bound.</param>
/// <param name="Events">The moot ones, those that failed last first.</param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
internal sealed record MootFailuresResponse(DateTimeOffset AsOf, int Judged, int Count, bool Truncated, IReadOnlyList<MootFailureResponse> Events, string? Next)
{
    public static MootFailuresResponse From(MootOverview overview, ListMootFailuresRequest request)
    {
        // By position and not by number: what was judged may be another list by now.
        MootFailure[] page = [.. overview.Moot.Where(moot => request.Before is not { } before || PositionOf(moot).CompareTo(before) < 0).Take(request.PageSize + 1)];
        return new(
            overview.AsOf,
            overview.Judged,
            overview.Moot.Count,
            overview.IsTruncated,
            [.. page.Take(request.PageSize).Select(moot => new MootFailureResponse(EventSummaryResponse.From(moot.Summary), moot.Because))],
            page.Length > request.PageSize ? EventCursor.Write(PositionOf(page[request.PageSize - 1])) : null);
    }

    private static EventPosition PositionOf(MootFailure moot) => EventPosition.Of(moot.Summary, EventOrder.Updated);
}

/// <summary>A failure that a replay would not change.</summary>
/// <param name="Event">The event that has failed.</param>
/// <param name="Because">The later event that has succeeded.</param>
internal sealed record MootFailureResponse(EventSummaryResponse Event, [EventIdText] string? Because);
