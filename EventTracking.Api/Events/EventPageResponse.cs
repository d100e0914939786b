using EventTracking.Api.Documentation;
using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>A page of events, newest first.</summary>
/// <param name="Events">The events; there may be fewer than `limit` even if more follow.</param>
/// <param name="OrderedBy">
/// The time by which the events are ordered and by which `from` and `to` filter: `updatedAt` in lists of failed, retrying or waiting events
/// and in those of a fingerprint, `triggeredAt` in all others.
/// </param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
internal sealed record EventPageResponse(IReadOnlyList<EventSummaryResponse> Events, [OneOf("EventOrder", "updatedAt", "triggeredAt")] string OrderedBy, string? Next)
{
    public static EventPageResponse From(EventPage page, EventOrder order) => new(
        [.. page.Events.Select(EventSummaryResponse.From)],
        order == EventOrder.Updated ? "updatedAt" : "triggeredAt",
        page.Next is { } next ? EventCursor.Write(next) : null);
}

/// <summary>An event in a listing.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Status">The status of the event; `unknown` if a newer version of the product gave it one that this version does not know, or if its record cannot be read.</param>
/// <param name="Source">The source that the event came from.</param>
/// <param name="Account">The source's account.</param>
/// <param name="Topic">The source's name for the kind of event.</param>
/// <param name="Function">The function that processes it.</param>
/// <param name="Entity">The entity that the event is about.</param>
/// <param name="TriggeredAt">When the event happened, according to the source.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="UpdatedAt">When it got its status, e.g. when it failed or began to wait.</param>
/// <param name="AttemptCount">The number of attempts so far, including replays and runs that were postponed.</param>
/// <param name="WaitingOn">The entity that the event is waiting for; null otherwise.</param>
/// <param name="Fingerprint">Groups failures with the same cause.</param>
/// <param name="Error">The error of the last attempt.</param>
internal sealed record EventSummaryResponse(
    [EventIdText] string Id,
    [OneOf("ShownStatus", typeof(EventStatusText), Member = nameof(EventStatusText.Shown))] string Status,
    string Source,
    string Account,
    string Topic,
    string Function,
    string? Entity,
    DateTimeOffset TriggeredAt,
    DateTimeOffset ReceivedAt,
    DateTimeOffset UpdatedAt,
    int AttemptCount,
    string? WaitingOn,
    string? Fingerprint,
    string? Error)
{
    public static EventSummaryResponse From(EventSummary summary) => new(
        summary.Event.Id.ToString(),
        summary.Status.ToText(),
        summary.Event.Source,
        summary.Event.Account,
        summary.Event.Topic,
        summary.Event.Function,
        summary.Event.Entity?.ToString(),
        summary.Event.Id.Time,
        summary.Event.ReceivedAt,
        summary.UpdatedAt,
        summary.AttemptCount,
        summary.WaitingOn?.ToString(),
        summary.Fingerprint,
        summary.ErrorText);
}
