using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>All that is known of an event.</summary>
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
/// <param name="LeaseUntil">Until when the running attempt holds it; while it is retrying, when the next one may start.</param>
/// <param name="WaitingOn">The entity it waits for, while it waits.</param>
/// <param name="Error">Why the last attempt failed, if it did.</param>
/// <param name="AttemptCount">Attempts made so far, over all replays.</param>
/// <param name="Attempts">The newest attempts, oldest first.</param>
/// <param name="Interventions">Replays and dismissals, oldest first.</param>
/// <param name="Payload">Where its payload lies; null while that is in its queue only.</param>
/// <param name="TraceId">W3C trace id of the request that brought it in.</param>
/// <param name="TraceUrl">Where the trace can be looked at: as configured, or else on AWS in X-Ray, if it was sampled.</param>
/// <param name="CorrelationId">Shared by all that one origin set off.</param>
/// <param name="Causes">The event that caused it, then the one that caused that, and so on; at most 10.</param>
/// <param name="Effects">Ids of the events that it caused; at most 100.</param>
/// <param name="EffectCount">How many events it caused.</param>
internal sealed record EventResponse(
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
    DateTimeOffset? LeaseUntil,
    string? WaitingOn,
    FailureResponse? Error,
    int AttemptCount,
    IReadOnlyList<AttemptResponse> Attempts,
    IReadOnlyList<InterventionResponse> Interventions,
    PayloadLocationResponse? Payload,
    string? TraceId,
    string? TraceUrl,
    string CorrelationId,
    IReadOnlyList<CauseResponse> Causes,
    IReadOnlyList<string> Effects,
    int EffectCount)
{
    public static EventResponse From(EventRecord record, IReadOnlyList<CauseResponse> causes, string? traceUrl) => new(
        record.Id.ToString(),
        record.Status.ToText(),
        record.Event.Source,
        record.Event.Account,
        record.Event.Topic,
        record.Event.Function,
        record.Event.Entity?.ToString(),
        record.Id.Time,
        record.Event.ReceivedAt,
        record.UpdatedAt,
        record.LeaseUntil,
        record.WaitingOn?.ToString(),
        FailureResponse.FromOrNull(record.Error),
        record.AttemptCount,
        [.. record.Attempts.Select(AttemptResponse.From)],
        [.. record.Interventions.Select(InterventionResponse.From)],
        PayloadLocationResponse.FromOrNull(record),
        record.Event.TraceId,
        traceUrl,
        record.Event.CorrelationId,
        causes,
        [.. record.Effects.Select(id => id.ToString())],
        record.EffectCount);
}
