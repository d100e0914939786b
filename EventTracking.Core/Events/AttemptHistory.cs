namespace EventTracking.Core.Events;

/// <summary>Keeps the list of an event's attempts within bounds, in the same way for every store.</summary>
internal static class AttemptHistory
{
    /// <summary>Appends a new attempt and drops the oldest ones beyond <see cref="IEventLedger.AttemptsKept"/>.</summary>
    public static IReadOnlyList<Attempt> Begin(IReadOnlyList<Attempt> attempts, Attempt begun) =>
        [.. attempts.Skip(attempts.Count + 1 - IEventLedger.AttemptsKept), begun];

    /// <summary>Replaces the last attempt, which is still running, with its current state.</summary>
    public static IReadOnlyList<Attempt> Continue(IReadOnlyList<Attempt> attempts, Attempt running) => [.. attempts.SkipLast(1), running];

    /// <summary>
    /// Replaces the last attempt with its final state. The stack traces of earlier attempts with the same failure fingerprint are
    /// dropped: they repeat the same trace, and they are the largest part of a record that is written with every attempt.
    /// </summary>
    public static IReadOnlyList<Attempt> End(IReadOnlyList<Attempt> attempts, Attempt ended) =>
        ended.Outcome == EventStatus.Queued && attempts is [.., { Outcome: EventStatus.Queued }, _] ? [.. attempts.SkipLast(2), ended]
        : ended.Failure is { Stack: not null, Fingerprint: var fingerprint }
            ? [.. attempts.SkipLast(1).Select(attempt => WithoutStackOf(attempt, fingerprint)), ended]
            : Continue(attempts, ended);

    private static Attempt WithoutStackOf(Attempt attempt, string fingerprint) =>
        attempt.Failure is { } failure && failure.Fingerprint == fingerprint ? attempt with { Failure = failure with { Stack = null } } : attempt;
}
