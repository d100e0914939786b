namespace EventTracking.Core.Events;

/// <summary>How an event came to run again, or not to.</summary>
internal enum HistoryEntryKind
{
    /// <summary>An operator replayed this one event.</summary>
    Replay = 0,

    /// <summary>A bulk replay took it along.</summary>
    BulkReplay = 1,

    /// <summary>What it waited for arrived.</summary>
    Release = 2,

    /// <summary>An operator put it aside.</summary>
    Dismissal = 3,
}

/// <summary>A replay, a release or a dismissal: who, when and why.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="By">The operator's key name, or the event that released this one.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, in the operator's words.</param>
/// <param name="AfterAttempt">The number of attempts made before it; the attempt budget counts from here.</param>
internal sealed record HistoryEntry(HistoryEntryKind Kind, string By, DateTimeOffset At, string? Reason, int AfterAttempt);
