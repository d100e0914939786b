using EventTracking.Api.Documentation;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using EventTracking.Core.Search;

namespace EventTracking.Api.Events;

/// <summary>Everything that is known about an event.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Status">The status of the event; `unknown` if a newer version of the product gave it one that this version does not know, or if its record cannot be read.</param>
/// <param name="StoredStatus">What is stored in place of a status that this version knows; null unless the status is `unknown`.</param>
/// <param name="Source">The source that the event came from.</param>
/// <param name="Account">The source's account.</param>
/// <param name="Topic">The source's name for the kind of event.</param>
/// <param name="Function">The function that processes it.</param>
/// <param name="Entity">The entity that the event is about.</param>
/// <param name="DeliveryId">The id that the source gave its delivery, e.g. that of a webhook; null on records of earlier versions, whose payload has it among its headers if the source sent one.</param>
/// <param name="TriggeredAt">When the event happened, according to the source.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="UpdatedAt">When it got its status, e.g. when it failed or began to wait.</param>
/// <param name="LeaseUntil">Until when the running attempt holds the event; null unless the event is processing.</param>
/// <param name="RetryAt">When the next attempt may start; null unless the event is retrying.</param>
/// <param name="WaitingOn">The entity that the event is waiting for; null otherwise.</param>
/// <param name="Error">Why the last attempt failed; null if it did not.</param>
/// <param name="AttemptCount">The number of attempts so far, including replays and runs that were postponed.</param>
/// <param name="Attempts">The newest attempts, oldest first.</param>
/// <param name="History">The newest replays, releases and dismissals, oldest first; at most 100.</param>
/// <param name="Payload">Where the payload is archived; null while the payload is only in its queue.</param>
/// <param name="TraceId">W3C trace id of the request that created the event.</param>
/// <param name="TraceUrl">The URL of the trace: as configured, or else, on AWS, in X-Ray if it was sampled.</param>
/// <param name="LogsUrl">The URL of the event's log lines, if the setting `EventTracking:LogsUrl` says where they are.</param>
/// <param name="CorrelationId">Shared by all events with the same origin.</param>
/// <param name="Causes">The chain of events that led to this one, nearest first; at most 10.</param>
/// <param name="Effects">Ids of the events that this event caused; at most 100.</param>
/// <param name="EffectCount">The number of events that this event caused.</param>
/// <param name="EditedReplayOf">The event whose edited payload this one has; null if it has its own.</param>
/// <param name="EditedReplays">Ids of the newest replays of this event with an edited payload, oldest first; at most 20. Those of earlier versions are missing.</param>
/// <param name="Earlier">Ids of the events about the same entity before this one, the latest first; at most 5.</param>
/// <param name="Later">Ids of the events about the same entity after this one, the earliest first; at most 5.</param>
internal sealed record EventResponse(
    [EventIdText] string Id,
    [OneOf("ShownStatus", typeof(EventStatusText), Member = nameof(EventStatusText.Shown))] string Status,
    string? StoredStatus,
    string Source,
    string Account,
    string Topic,
    string Function,
    string? Entity,
    string? DeliveryId,
    DateTimeOffset TriggeredAt,
    DateTimeOffset ReceivedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? LeaseUntil,
    DateTimeOffset? RetryAt,
    string? WaitingOn,
    FailureResponse? Error,
    int AttemptCount,
    IReadOnlyList<AttemptResponse> Attempts,
    IReadOnlyList<HistoryEntryResponse> History,
    PayloadLocationResponse? Payload,
    string? TraceId,
    string? TraceUrl,
    string? LogsUrl,
    string CorrelationId,
    IReadOnlyList<CauseResponse> Causes,
    [EventIdText] IReadOnlyList<string> Effects,
    int EffectCount,
    [EventIdText] string? EditedReplayOf,
    [EventIdText] IReadOnlyList<string> EditedReplays,
    [EventIdText] IReadOnlyList<string> Earlier,
    [EventIdText] IReadOnlyList<string> Later)
{
    public static EventResponse From(EventRecord record, IReadOnlyList<CauseResponse> causes, Neighbors neighbors, TelemetryLinks links) => new(
        record.Id.ToString(),
        record.Status.ToText(),
        record.StoredStatus,
        record.Event.Source,
        record.Event.Account,
        record.Event.Topic,
        record.Event.Function,
        record.Event.Entity?.ToString(),
        record.Event.DeliveryId,
        record.Id.Time,
        record.Event.ReceivedAt,
        record.UpdatedAt,
        record.LeaseUntil,
        record.RetryAt,
        record.WaitingOn?.ToString(),
        FailureResponse.FromOrNull(record.Error),
        record.AttemptCount,
        [.. record.Attempts.Select(AttemptResponse.From)],
        [.. record.History.Select(HistoryEntryResponse.From)],
        PayloadLocationResponse.FromOrNull(record),
        record.Event.TraceId,
        links.TraceOf(record),
        links.LogsOf(record),
        record.Event.CorrelationId,
        causes,
        TextsOf(record.Effects),
        record.EffectCount,
        Replayer.IsEdited(record.Event) ? record.Event.CausationId?.ToString() : null,
        TextsOf(record.EditedReplays),
        TextsOf(neighbors.Earlier),
        TextsOf(neighbors.Later));

    private static IReadOnlyList<string> TextsOf(IReadOnlyList<EventId> ids) => [.. ids.Select(id => id.ToString())];
}
