namespace EventTracking.Core.Events;

/// <summary>A listing, newest first. Filters that are null do not filter.</summary>
internal sealed record EventQuery
{
    public EventStatus? Status { get; init; }

    /// <summary>Only events that are received, processing or retrying. Not together with <see cref="Status"/>, <see cref="Entity"/> or <see cref="Fingerprint"/>.</summary>
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

    /// <summary>The last event id of the page before; the next page starts below it.</summary>
    public EventId? Before { get; init; }

    public int Limit { get; init; } = 50;
}

/// <summary>
/// A page of a listing. It may hold fewer events than asked for though more follow, since a store looks at a
/// bounded number of records a call: only a null <paramref name="Next"/> means the end.
/// </summary>
internal sealed record EventPage(IReadOnlyList<EventSummary> Events, EventId? Next);
