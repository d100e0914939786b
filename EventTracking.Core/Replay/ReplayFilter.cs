using EventTracking.Core.Events;

namespace EventTracking.Core.Replay;

/// <summary>Which events a plan is about. Members that are null do not apply.</summary>
internal sealed record ReplayFilter
{
    /// <summary>The most fingerprints that a filter may name.</summary>
    public const int MaxFingerprints = 50;

    /// <summary>Without a status, failed and waiting events are meant.</summary>
    public EventStatus? Status { get; init; }

    public string? Source { get; init; }

    public string? Topic { get; init; }

    public string? Function { get; init; }

    /// <summary>The entity, as <c>kind:id</c>.</summary>
    public string? Entity { get; init; }

    public IReadOnlyList<string>? Fingerprints { get; init; }

    /// <summary>The cause of the failure, as <see cref="Events.Cause"/> tells it.</summary>
    public string? Cause { get; init; }

    /// <summary>The times are those of <see cref="EventQuery.Order"/>.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>The events that another job replayed and that have failed since.</summary>
    public string? FailedOf { get; init; }

    public bool IsEmpty => this is { Status: null, Source: null, Topic: null, Function: null, Entity: null, Fingerprints: null or { Count: 0 }, Cause: null, From: null, To: null, FailedOf: null };

    /// <summary>The listings that together have all of the events.</summary>
    public IEnumerable<EventQuery> Queries(int pageSize)
    {
        // What a listing cannot filter by is filtered as it is read.
        var query = new EventQuery
        {
            Source = Source,
            Topic = Topic,
            Function = Function,
            Entity = Entity is null ? null : EntityKey.Parse(Entity),
            Fingerprint = Fingerprints is [var only] ? only : null,
            From = From,
            To = To,
            Limit = pageSize,
        };
        EventStatus[] statuses = Status is { } status ? [status] : Fingerprints is { Count: > 0 } || Cause is not null ? [EventStatus.Failed, EventStatus.Retrying] : [EventStatus.Failed, EventStatus.Waiting];
        return statuses.Select(wanted => query with { Status = wanted });
    }

    public bool Matches(EventSummary summary) =>
        (Fingerprints is null or { Count: 0 } || (summary.Fingerprint is { } print && Fingerprints.Contains(print)))
        && (Cause is null || (summary.Fingerprint is not null && Events.Cause.Of(summary) == Cause));
}
