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

    /// <summary>Events triggered at or after this time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Events triggered before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The last event id of the previous page; the next page starts below it.</summary>
    public EventId? Before { get; init; }

    public int Limit { get; init; } = 50;
}

/// <summary>
/// A page of events. It may hold fewer events than requested even if more follow, because a store reads a limited number of
/// records per call. Only a null <paramref name="Next"/> means that there are no more.
/// </summary>
internal sealed record EventPage(IReadOnlyList<EventSummary> Events, EventId? Next);
