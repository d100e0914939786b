namespace EventTracking.Core.Events;

/// <summary>The kinds of entries in an event's history.</summary>
public enum HistoryEntryKind
{
    /// <summary>An operator replayed this event, or it is an import that the engine had run again.</summary>
    Replay = 0,

    /// <summary>A bulk replay included the event.</summary>
    BulkReplay = 1,

    /// <summary>The entity that the event waited for arrived.</summary>
    Release = 2,

    /// <summary>An operator dismissed the event, or the engine ended it because what it failed of has been put right.</summary>
    Dismissal = 3,
}

/// <summary>A replay, a release or a dismissal of an event: who did it, when and why.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="By">The name of the operator's key, or the event or part of the engine that released this event.</param>
/// <param name="At">When it was done.</param>
/// <param name="Reason">The reason, in the operator's words.</param>
/// <param name="AfterAttempt">The number of attempts made before this entry. Unless it is a dismissal, the attempt limit counts from here.</param>
public sealed record HistoryEntry(HistoryEntryKind Kind, string By, DateTimeOffset At, string? Reason, int AfterAttempt)
{
    private const int MaxByLength = 200;
    private const int MaxReasonLength = 2000;

    /// <summary>The id of the job that did it; null if an operator or the engine did it to this event alone.</summary>
    public string? Job { get; init; }

    /// <summary>Cuts texts that are longer than a record keeps.</summary>
    internal HistoryEntry Cut() => this with { By = Cut(By, MaxByLength), Reason = Reason is null ? null : Cut(Reason, MaxReasonLength) };

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), "…");
}
