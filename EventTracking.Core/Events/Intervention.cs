namespace EventTracking.Core.Events;

/// <summary>How an event came to run again, or not to.</summary>
internal enum InterventionKind
{
    /// <summary>An operator replayed this one event.</summary>
    Manual = 0,

    /// <summary>A bulk replay took it along.</summary>
    Bulk = 1,

    /// <summary>What it waited for arrived.</summary>
    Automatic = 2,

    /// <summary>An operator put it aside.</summary>
    Dismissal = 3,
}

/// <summary>A replay or a dismissal: who, when and why.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="By">The operator's key name, or the event that released this one.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, in the operator's words.</param>
/// <param name="AfterAttempt">The number of attempts made before it; the attempt budget counts from here.</param>
internal sealed record Intervention(InterventionKind Kind, string By, DateTimeOffset At, string? Reason, int AfterAttempt);
