using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>A page of events, newest first.</summary>
/// <param name="Events">The events. There may be fewer than asked for although more follow.</param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
internal sealed record EventPageResponse(IReadOnlyList<EventSummaryResponse> Events, string? Next)
{
    public static EventPageResponse From(EventPage page) => new([.. page.Events.Select(EventSummaryResponse.From)], page.Next?.ToString());
}

/// <summary>An event in a listing.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Source">Who brought it in.</param>
/// <param name="Account">The source's account.</param>
/// <param name="Topic">The source's name for what happened.</param>
/// <param name="Function">The function that processes it.</param>
/// <param name="Entity">What it is about.</param>
/// <param name="TriggeredAt">When the source says that it happened.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="UpdatedAt">When its record changed last.</param>
/// <param name="AttemptCount">Attempts made so far, over all replays.</param>
/// <param name="WaitingOn">The entity it waits for, while it waits.</param>
/// <param name="Fingerprint">Groups failures with the same cause.</param>
/// <param name="Error">What went wrong in the last attempt.</param>
internal sealed record EventSummaryResponse(
    string Id,
    string Status,
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
