namespace EventTracking.Core.Events;

/// <summary>How an event's attempts are kept within bounds, the same in every store.</summary>
internal static class AttemptHistory
{
    /// <summary>With a new attempt at its end; the oldest ones beyond <see cref="IEventLedger.AttemptsKept"/> are dropped.</summary>
    public static IReadOnlyList<Attempt> Begin(IReadOnlyList<Attempt> attempts, Attempt begun) =>
        [.. attempts.Skip(attempts.Count + 1 - IEventLedger.AttemptsKept), begun];

    /// <summary>With the last attempt as it is by now, still running.</summary>
    public static IReadOnlyList<Attempt> Continue(IReadOnlyList<Attempt> attempts, Attempt running) => [.. attempts.SkipLast(1), running];

    /// <summary>
    /// With the last attempt as it ended. The stack traces of earlier attempts that failed with its fingerprint are dropped:
    /// they tell the same again, and are the largest part of a record that is written with every attempt.
    /// </summary>
    public static IReadOnlyList<Attempt> End(IReadOnlyList<Attempt> attempts, Attempt ended) =>
        ended.Failure is { Stack: not null, Fingerprint: var fingerprint }
            ? [.. attempts.SkipLast(1).Select(attempt => WithoutStackOf(attempt, fingerprint)), ended]
            : Continue(attempts, ended);

    private static Attempt WithoutStackOf(Attempt attempt, string fingerprint) =>
        attempt.Failure is { } failure && failure.Fingerprint == fingerprint ? attempt with { Failure = failure with { Stack = null } } : attempt;
}
