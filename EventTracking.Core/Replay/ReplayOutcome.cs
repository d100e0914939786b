using EventTracking.Core.Events;

namespace EventTracking.Core.Replay;

/// <summary>What came of an event that a job has sent, dismissed or ended as superseded. What others did to it after it had ended changes nothing.</summary>
/// <param name="Status">How it ended; its present status as long as it has not.</param>
/// <param name="Failure">The failure of its last attempt since the job sent it; null if there is none.</param>
internal readonly record struct ReplayOutcome(EventStatus Status, Failure? Failure)
{
    /// <summary>Returns null if the job has done nothing to the event.</summary>
    public static ReplayOutcome? Of(EventRecord record, string job)
    {
        var own = -1;
        for (var index = 0; index < record.History.Count && own < 0; index++)
        {
            own = record.History[index].Job == job ? index : -1;
        }

        if (own < 0)
        {
            return null;
        }

        var entry = record.History[own];
        if (entry.Kind == HistoryEntryKind.Dismissal)
        {
            return new ReplayOutcome(EventStatus.Dismissed, null);
        }

        // Releases continue the run that began to wait.
        foreach (var later in record.History.Skip(own + 1).Where(later => later.Kind != HistoryEntryKind.Release))
        {
            if (later.AfterAttempt == entry.AfterAttempt)
            {
                // A queued event is neither replayed nor dismissed, so the job had ended this one without a run.
                return new ReplayOutcome(EventStatus.Superseded, null);
            }

            if (EndOf(record.Attempts.FirstOrDefault(attempt => attempt.Number == later.AfterAttempt)) is { } end)
            {
                return end;
            }

            if (later.Kind == HistoryEntryKind.Dismissal)
            {
                return new ReplayOutcome(EventStatus.Dismissed, null);
            }
        }

        return new ReplayOutcome(record.Status, record.AttemptCount > entry.AfterAttempt ? record.Error : null);
    }

    /// <summary>Returns how an attempt ended its event; null if the event was to be retried or waited after it, or if the attempt is not kept.</summary>
    private static ReplayOutcome? EndOf(Attempt? attempt) => attempt switch
    {
        // An event that has waited too long fails without another attempt.
        { Outcome: EventStatus.Waiting, Failure: { } failure } => new ReplayOutcome(EventStatus.Failed, failure),
        { Outcome: { } outcome, Failure: var failure } when outcome.IsFinal() => new ReplayOutcome(outcome, failure),
        _ => null,
    };
}
