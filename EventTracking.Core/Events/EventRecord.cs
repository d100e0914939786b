using EventTracking.Core.Payloads;

namespace EventTracking.Core.Events;

/// <summary>An event as the ledger knows it: a detached snapshot.</summary>
internal sealed record EventRecord(EventMetadata Event)
{
    public EventId Id => Event.Id;

    public EventStatus Status { get; init; } = EventStatus.Queued;

    /// <summary>When the event got its status. Steps that a running attempt reports do not change it.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The number of attempts so far, over all replays.</summary>
    public int AttemptCount { get; init; }

    /// <summary>Until when the running attempt holds the event; set only while the status is processing.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The end of the backoff, before which no attempt starts; set only while the status is retrying.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Where the payload is archived; null while the payload exists only in the work item.</summary>
    public PayloadPointer? Payload { get; init; }

    /// <summary>The entity that the event waits for; set only while the status is waiting.</summary>
    public EntityKey? WaitingOn { get; init; }

    /// <summary>The newest attempts, oldest first; at most <see cref="IEventLedger.AttemptsKept"/>.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>Replays, releases and dismissals, oldest first.</summary>
    public IReadOnlyList<HistoryEntry> History { get; init; } = [];

    /// <summary>The ids of the events that this one caused, in order; at most <see cref="IEventLedger.EffectsKept"/>.</summary>
    public IReadOnlyList<EventId> Effects { get; init; } = [];

    /// <summary>The number of events that this one caused.</summary>
    public int EffectCount { get; init; }

    /// <summary>The failure of the last attempt; null if it did not fail.</summary>
    public Failure? Error => Attempts.Count > 0 ? Attempts[^1].Failure : null;

    /// <summary>The number of attempts since the last replay or release, to which the retry limit applies.</summary>
    public int AttemptsSinceReplay => AttemptCount - (History.LastOrDefault(entry => entry.Kind != HistoryEntryKind.Dismissal)?.AfterAttempt ?? 0);
}
