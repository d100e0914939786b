using EventTracking.Core.Events;

namespace EventTracking.Core.Waiting;

/// <summary>Since when an event waits.</summary>
internal static class WaitTimes
{
    /// <summary>
    /// When the event began to wait for what it waits for. If an operator released it and the entity was still not there, it has waited
    /// all along. After a release because the entity had come, it waits anew.
    /// </summary>
    public static DateTimeOffset SinceOf(EventRecord waiting)
    {
        var since = waiting.UpdatedAt;
        if (waiting.WaitingOn is not { } dependency)
        {
            return since;
        }

        foreach (var release in waiting.History.Reverse().Where(entry => entry.Kind != HistoryEntryKind.Dismissal).TakeWhile(entry => entry.Kind == HistoryEntryKind.Release && ReleaseReason.IsOfOperator(dependency, entry.Reason)))
        {
            since = waiting.Attempts.FirstOrDefault(attempt => attempt.Number == release.AfterAttempt)?.EndedAt ?? release.At;
        }

        return since;
    }
}
