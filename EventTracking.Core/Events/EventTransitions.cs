namespace EventTracking.Core.Events;

/// <summary>
/// The transitions of an event, from one record to the next, and the conditions under which they are allowed. A store applies a
/// transition between its read and its write, and ensures that nothing else was written in between.
/// </summary>
internal static class EventTransitions
{
    /// <summary>How long before the end of a backoff a claim already succeeds. The clocks of hosts differ, and an item that comes back right at the end of the backoff should not be deferred again.</summary>
    public static readonly TimeSpan EarlyRetry = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How far ahead of a claim a backoff may have begun. If it began later still, a clock was wrong, and its end says nothing: the
    /// claim succeeds, because a retry that starts early does no harm, and the queue has hidden the item for the backoff anyway.
    /// </summary>
    public static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(1);

    public static ClaimResult Claim(EventRecord record, Claim claim)
    {
        if (record.Status == EventStatus.Processing && record.LeaseUntil is { } until && record.AttemptCount != claim.Over)
        {
            // Both times are of the clock of the attempt's host, so their difference is right even if the clock was not.
            return new ClaimResult.Leased(record.AttemptCount, until, until - record.UpdatedAt);
        }

        if (record.Status == EventStatus.Retrying && record.RetryAt is { } retryAt && retryAt > claim.Now + EarlyRetry && record.UpdatedAt <= claim.Now + MaxSkew)
        {
            var (left, backoff) = (retryAt - claim.Now, retryAt - record.UpdatedAt);
            return new ClaimResult.TooEarly(left < backoff ? left : backoff);
        }

        if (record.Status is not (EventStatus.Queued or EventStatus.Retrying or EventStatus.Processing) && !IsFound(record, claim))
        {
            return new ClaimResult.NotRunnable(record.Status);
        }

        var number = record.AttemptCount + 1;
        return new ClaimResult.Claimed(record with
        {
            Status = EventStatus.Processing,
            UpdatedAt = claim.Now,
            AttemptCount = number,
            LeaseUntil = claim.LeaseUntil,
            RetryAt = null,
            Payload = claim.Payload ?? record.Payload,
            IsMarkedLate = false,
            Attempts = AttemptHistory.Begin(record.Attempts, new Attempt(number, claim.Now, null, null, null, [], null)),
        });
    }

    /// <summary>Returns null if the attempt does not hold the event.</summary>
    public static EventRecord? Checkpoint(EventRecord record, int attempt, IReadOnlyList<Step> steps) =>
        record.IsHeldBy(attempt) ? record with { Attempts = AttemptHistory.Continue(record.Attempts, record.Attempts[^1] with { Steps = steps }) } : null;

    /// <summary>Returns null if the attempt does not hold the event.</summary>
    public static EventRecord? Complete(EventRecord record, Completion completion)
    {
        if (!record.IsHeldBy(completion.Attempt.Number))
        {
            return null;
        }

        // An event that runs again may cause the same events again, with the same ids; they count once.
        List<EventId> added = [.. completion.Effects.Distinct().Except(record.Effects)];
        return record with
        {
            Status = completion.Status,
            UpdatedAt = completion.Now,
            LeaseUntil = null,
            RetryAt = completion.Status == EventStatus.Retrying ? completion.RetryAt : null,
            WaitingOn = completion.Status == EventStatus.Waiting ? completion.WaitingOn : null,
            Attempts = AttemptHistory.End(record.Attempts, completion.Attempt),
            Effects = added.Count == 0 ? record.Effects : [.. record.Effects.Concat(added).Take(IEventLedger.EffectsKept)],
            EffectCount = record.EffectCount + added.Count,
            PostponedCount = record.PostponedCount + (completion.Status == EventStatus.Queued ? 1 : 0),
        };
    }

    public static TransitionResult Requeue(EventRecord record, Requeue requeue)
    {
        if (record.WasDoneBy(requeue.HistoryEntry.Job))
        {
            return new TransitionResult.Repeated(record);
        }

        if (!requeue.From.Contains(record.Status) || (requeue.Attempts is { } attempts && attempts != record.AttemptCount) || (requeue.WaitingOn is { } dependency && record.WaitingOn != dependency))
        {
            return new TransitionResult.Refused(record.Status);
        }

        var target = requeue.Function ?? record.Event.Function;
        if (requeue.Functions is { } known && !known.Contains(target))
        {
            return new TransitionResult.FunctionUnknown(target);
        }

        return new TransitionResult.Done(record.With(requeue.HistoryEntry) with
        {
            Event = requeue.Function is { } function ? record.Event with { Function = function } : record.Event,
            Status = EventStatus.Queued,
            UpdatedAt = requeue.HistoryEntry.At,
            LeaseUntil = null,
            RetryAt = null,
            WaitingOn = null,
            PostponedCount = 0,
        });
    }

    public static TransitionResult Close(EventRecord record, CloseRequest request)
    {
        if (record.WasDoneBy(request.HistoryEntry?.Job))
        {
            return new TransitionResult.Repeated(record);
        }

        if (!request.From.Contains(record.Status) || (request.Attempts is { } attempts && attempts != record.AttemptCount))
        {
            return new TransitionResult.Refused(record.Status);
        }

        var closed = request.HistoryEntry is { } entry ? record.With(entry) : record;
        return new TransitionResult.Done(closed with
        {
            Status = request.Status,
            UpdatedAt = request.Now,
            RetryAt = null,
            WaitingOn = null,
            // The attempt that began to wait is the one that gets the failure.
            Attempts = request.Failure is { } failure && record.Attempts.Count > 0
                ? AttemptHistory.End(record.Attempts, record.Attempts[^1] with { Failure = failure })
                : record.Attempts,
        });
    }

    /// <summary>The state does not change, so it does not matter what the event is doing, unless that is not known.</summary>
    public static EventRecord? AddEditedReplay(EventRecord record, EventId edited) => record.Status == EventStatus.Unknown ? null : record with
    {
        EditedReplays = [.. record.EditedReplays.Except([edited]).Append(edited).TakeLast(IEventLedger.EditedReplaysKept)],
    };

    /// <summary>
    /// Whether the item of an event has come after all that was failed because its item seemed lost: until its first run nothing but the
    /// item has the payload, and it must not be lost a second time.
    /// </summary>
    private static bool IsFound(EventRecord record, Claim claim) => record is { Status: EventStatus.Failed, Payload: null } && claim.Payload is not null;

    /// <summary>Appends an entry and drops the oldest ones beyond <see cref="IEventLedger.HistoryKept"/>.</summary>
    private static EventRecord With(this EventRecord record, HistoryEntry entry)
    {
        var dropped = record.History.Take(record.History.Count + 1 - IEventLedger.HistoryKept).Count(old => old.Kind != HistoryEntryKind.Dismissal);
        return record with
        {
            History = [.. record.History.Skip(record.History.Count + 1 - IEventLedger.HistoryKept), entry.Cut() with { AfterAttempt = record.AttemptCount }],
            ForgottenReplays = record.ForgottenReplays + dropped,
        };
    }

    private static bool IsHeldBy(this EventRecord record, int attempt) => record.Status == EventStatus.Processing && record.AttemptCount == attempt;
}
