using System.Text.Json.Serialization;
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

    /// <summary>The time is that of <see cref="Order"/>.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Only moot events, of which a replay would change nothing.</summary>
    public bool Moot { get; init; }

    /// <summary>The events that another job replayed and that have failed since.</summary>
    public string? FailedOf { get; init; }

    public bool IsEmpty => this is { Status: null, Source: null, Topic: null, Function: null, Entity: null, Fingerprints: null or { Count: 0 }, Cause: null, From: null, To: null, Moot: false, FailedOf: null };

    /// <summary>
    /// The time that <see cref="From"/> and <see cref="To"/> mean, the same as in a list of events with the same filters, so that a plan made
    /// from a list has what the list shows. A cause is something to look for among failures, as a fingerprint is.
    /// </summary>
    [JsonIgnore]
    public EventOrder Order => Status?.NeedsAttention() is true || NamesFailures ? EventOrder.Updated : EventOrder.Triggered;

    /// <summary>Whether the filter says which function's events are meant, directly or by their topic.</summary>
    [JsonIgnore]
    public bool NamesFunction => Function is not null || Topic is not null;

    private bool NamesFailures => Fingerprints is { Count: > 0 } || Cause is not null;

    /// <summary>The listings that together have all of the events.</summary>
    /// <param name="pageSize">The size of a page.</param>
    /// <param name="since">Only events that got their status at this time or later, if their lists tell; null for all.</param>
    public IEnumerable<EventQuery> Queries(int pageSize, DateTimeOffset? since = null)
    {
        EventStatus[] statuses = Status is { } status ? [status] : NamesFailures ? [EventStatus.Failed, EventStatus.Retrying] : [EventStatus.Failed, EventStatus.Waiting];

        // What came since is listed by when it happened, and the filter's own time is compared as it is read.
        var byId = Order == EventOrder.Triggered && since is null;
        var isOther = Order == EventOrder.Triggered && !byId && statuses[0].NeedsAttention();
        var from = isOther ? null : From;

        // What a listing cannot filter by is filtered as it is read.
        var query = new EventQuery
        {
            Source = Source,
            Topic = Topic,
            Function = Function,
            Entity = Entity is null ? null : EntityKey.Parse(Entity),
            Fingerprint = Fingerprints is [var only] ? only : null,
            From = since is { } after && !(from > after) ? after : from,
            To = isOther ? null : To,
            ById = byId,
            Limit = pageSize,
        };
        return statuses.Select(wanted => query with { Status = wanted });
    }

    public bool Matches(EventSummary summary) =>
        (Order == EventOrder.Updated || (!(summary.Event.Id < FirstAt(From)) && !(summary.Event.Id >= FirstAt(To))))
        && (Fingerprints is null or { Count: 0 } || (summary.Fingerprint is { } print && Fingerprints.Contains(print)))
        && (Cause is null || (summary.Fingerprint is not null && Events.Cause.Of(summary) == Cause));

    private static EventId? FirstAt(DateTimeOffset? time) => time is { } given ? EventId.FirstAt(given) : null;
}
