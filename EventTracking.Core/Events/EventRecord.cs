using EventTracking.Core.Payloads;

namespace EventTracking.Core.Events;

/// <summary>An event as the ledger knows it: a detached snapshot.</summary>
internal sealed record EventRecord(EventMetadata Event)
{
    public EventId Id => Event.Id;

    public EventStatus Status { get; init; } = EventStatus.Queued;

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Attempts made so far, over all replays.</summary>
    public int AttemptCount { get; init; }

    /// <summary>Until when the running attempt holds the event; set exactly while the status is processing.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The end of the backoff, before which no attempt starts; null unless the status is retrying.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Null only where the payload is still in the queue message alone.</summary>
    public PayloadPointer? Payload { get; init; }

    /// <summary>Set exactly while the status is waiting.</summary>
    public EntityKey? WaitingOn { get; init; }

    /// <summary>The newest attempts, oldest first; at most <see cref="IEventLedger.AttemptsKept"/>.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>Replays and dismissals, oldest first.</summary>
    public IReadOnlyList<HistoryEntry> History { get; init; } = [];

    /// <summary>Ids of events that this one caused, in the order in which it did; at most <see cref="IEventLedger.EffectsKept"/>.</summary>
    public IReadOnlyList<EventId> Effects { get; init; } = [];

    /// <summary>How many events it caused.</summary>
    public int EffectCount { get; init; }

    /// <summary>The failure of the last attempt, if that is how it ended.</summary>
    public Failure? Error => Attempts.Count > 0 ? Attempts[^1].Failure : null;

    /// <summary>Attempts since the last replay: what the retry limit counts.</summary>
    public int AttemptsSinceReplay => AttemptCount - (History.LastOrDefault(i => i.Kind != HistoryEntryKind.Dismissal)?.AfterAttempt ?? 0);
}
