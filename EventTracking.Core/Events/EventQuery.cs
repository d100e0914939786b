namespace EventTracking.Core.Events;

/// <summary>A query for events, newest first. Filters that are null do not apply.</summary>
internal sealed record EventQuery
{
    public EventStatus? Status { get; init; }

    /// <summary>Only events that are queued, processing or retrying. It cannot be combined with <see cref="Status"/>, <see cref="Entity"/> or <see cref="Fingerprint"/>.</summary>
    public bool InFlight { get; init; }

    public string? Source { get; init; }

    public string? Topic { get; init; }

    public string? Function { get; init; }

    public EntityKey? Entity { get; init; }

    public string? Fingerprint { get; init; }

    /// <summary>Only events that wait for this entity.</summary>
    public EntityKey? WaitingOn { get; init; }

    /// <summary>Only events whose time, by <see cref="Order"/>, is this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only events whose time, by <see cref="Order"/>, is before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Where the previous page ended; the next page starts below it.</summary>
    public EventPosition? Before { get; init; }

    /// <summary>The position below which the page starts: <see cref="Before"/> or <see cref="To"/>, whichever is lower; null starts with the newest event.</summary>
    public EventPosition? Start
    {
        get
        {
            EventPosition? end = To is { } to ? EventPosition.FirstAt(to, Order) : null;
            return end is { } bound && Before?.CompareTo(bound) is not < 0 ? bound : Before;
        }
    }

    public int Limit { get; init; } = 50;

    /// <summary>
    /// Lists by id whatever is asked for. An event keeps its place in such a list whatever happens to it, so a sweep that
    /// goes on where the last one stopped misses none, however the clocks of the hosts differ.
    /// </summary>
    public bool ById { get; init; }

    /// <summary>The time by which the events are ordered and filtered.</summary>
    public EventOrder Order => !ById && (Fingerprint is not null || Status?.NeedsAttention() is true) ? EventOrder.Updated : EventOrder.Triggered;
}

/// <summary>
/// A page of events. It may hold fewer events than requested even if more follow, because a store reads a limited number of
/// records per call. Only a null <paramref name="Next"/> means that there are no more.
/// </summary>
internal sealed record EventPage(IReadOnlyList<EventSummary> Events, EventPosition? Next);
