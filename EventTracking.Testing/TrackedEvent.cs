using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Testing;

/// <summary>An event and what has become of it: a snapshot that later runs do not change.</summary>
public sealed class TrackedEvent
{
    internal TrackedEvent(EventRecord record, PayloadRecord payload)
    {
        Event = record.Event;
        Status = record.Status;
        AttemptCount = record.AttemptCount;
        Attempts = record.Attempts;
        RetryAt = record.RetryAt;
        WaitingOn = record.WaitingOn;
        Failure = record.Error;
        History = record.History;
        Emitted = record.Effects;
        Payload = payload;
    }

    /// <summary>The metadata that is known since the event arrived.</summary>
    public EventMetadata Event { get; }

    /// <summary>The status of the event.</summary>
    public EventStatus Status { get; }

    /// <summary>Attempts made so far, over all replays.</summary>
    public int AttemptCount { get; }

    /// <summary>The newest attempts with their steps and failures, oldest first.</summary>
    public IReadOnlyList<Attempt> Attempts { get; }

    /// <summary>When the next attempt is due; null unless the event is <see cref="EventStatus.Retrying"/>.</summary>
    public DateTimeOffset? RetryAt { get; }

    /// <summary>The entity that it waits for; null unless it is <see cref="EventStatus.Waiting"/>.</summary>
    public EntityKey? WaitingOn { get; }

    /// <summary>The failure of the last attempt; null if that did not fail.</summary>
    public Failure? Failure { get; }

    /// <summary>Replays, releases and dismissals, oldest first.</summary>
    public IReadOnlyList<HistoryEntry> History { get; }

    /// <summary>The events that it caused, in order: those that its function emitted, and the import that it waits for.</summary>
    public IReadOnlyList<EventId> Emitted { get; }

    /// <summary>The payload as it arrived, byte for byte, with its headers.</summary>
    public PayloadRecord Payload { get; }
}
