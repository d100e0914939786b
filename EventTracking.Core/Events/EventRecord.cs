using EventTracking.Core.Payloads;

namespace EventTracking.Core.Events;

/// <summary>An event as the ledger knows it: a detached snapshot.</summary>
internal sealed record EventRecord(EventMetadata Event)
{
    /// <summary>
    /// The search for lost work items reads the events by the times in their ids, those of the last hours. A store therefore lists
    /// separately what is still to run this long after the time in its id, because it arrived late or waited in its queue.
    /// </summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromHours(6);

    public EventId Id => Event.Id;

    public EventStatus Status { get; init; } = EventStatus.Queued;

    /// <summary>What is stored in place of a status that this version knows; null unless the status is unknown.</summary>
    public string? StoredStatus { get; init; }

    /// <summary>When the event got its status. Steps that a running attempt reports do not change it.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The number of attempts so far, over all replays.</summary>
    public int AttemptCount { get; init; }

    /// <summary>
    /// Until when the running attempt holds the event, by the clock of its host; set only while the status is processing. The lease
    /// began at <see cref="UpdatedAt"/>.
    /// </summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The end of the backoff, before which no attempt starts; set only while the status is retrying. The backoff began at <see cref="UpdatedAt"/>.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Where the payload is archived; null while the payload exists only in the work item.</summary>
    public PayloadPointer? Payload { get; init; }

    /// <summary>The entity that the event waits for; set only while the status is waiting.</summary>
    public EntityKey? WaitingOn { get; init; }

    /// <summary>The newest attempts, oldest first; at most <see cref="IEventLedger.AttemptsKept"/>.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>The newest replays, releases and dismissals, oldest first; at most <see cref="IEventLedger.HistoryKept"/>.</summary>
    public IReadOnlyList<HistoryEntry> History { get; init; } = [];

    /// <summary>How many replays and releases are not in <see cref="History"/> any more.</summary>
    public int ForgottenReplays { get; init; }

    /// <summary>The ids of the events that this one caused, in order; at most <see cref="IEventLedger.EffectsKept"/>.</summary>
    public IReadOnlyList<EventId> Effects { get; init; } = [];

    /// <summary>The number of events that this one caused.</summary>
    public int EffectCount { get; init; }

    /// <summary>The ids of the newest replays of this event with an edited payload, oldest first; at most <see cref="IEventLedger.EditedReplaysKept"/>.</summary>
    public IReadOnlyList<EventId> EditedReplays { get; init; } = [];

    /// <summary>Whether the search for lost events noticed that the event has been in its queue for so long. See <see cref="IEventLedger.MarkLateAsync"/>.</summary>
    public bool IsMarkedLate { get; init; }

    /// <summary>Whether the event is still to run, or running, long after the time in its id. See <see cref="LateAfter"/>.</summary>
    public bool IsLate => Status is EventStatus.Queued or EventStatus.Processing && (IsMarkedLate || UpdatedAt - Event.Id.Time > LateAfter);

    /// <summary>The failure of the last attempt; null if it did not fail.</summary>
    public Failure? Error => Attempts.Count > 0 ? Attempts[^1].Failure : null;

    /// <summary>Whether a job has replayed or dismissed the event.</summary>
    public bool WasDoneBy(string? job) => job is not null && History.Any(entry => entry.Job == job);

    /// <summary>How often the event was replayed or released.</summary>
    public int ReplayCount => ForgottenReplays + History.Count(entry => entry.Kind != HistoryEntryKind.Dismissal);

    /// <summary>How often the event was postponed since the last replay or release.</summary>
    public int PostponedCount { get; init; }

    /// <summary>The number of attempts since the last replay or release, to which the retry limit applies. Those that were postponed do not count.</summary>
    public int AttemptsSinceReplay => AttemptCount - PostponedCount - (History.LastOrDefault(entry => entry.Kind != HistoryEntryKind.Dismissal)?.AfterAttempt ?? 0);
}
