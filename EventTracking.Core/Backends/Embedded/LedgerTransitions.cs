using EventTracking.Core.Events;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Embedded;

/// <summary>The conditions under which an event's state changes, and how. Each runs within one transaction of the writer.</summary>
internal static class LedgerTransitions
{
    public static ClaimResult Claim(Database database, Claim claim)
    {
        if (LedgerTable.Find(database, claim.Event.Id) is not { } stored)
        {
            var row = LedgerTable.TryInsert(database, claim.Event, claim.Payload) ?? throw new InvalidOperationException("A record appeared within the transaction.");
            stored = new StoredEvent(row, new EventRecord(claim.Event), Requeued: false);
        }

        var record = stored.Record;
        if (record.Status == EventStatus.Processing && record.LeaseUntil is { } until && until > claim.Now)
        {
            return new ClaimResult.Leased(until);
        }

        if (record.Status is not (EventStatus.Received or EventStatus.Retrying or EventStatus.Processing))
        {
            return new ClaimResult.Settled(record.Status);
        }

        var number = record.AttemptCount + 1;
        var claimed = record with
        {
            Status = EventStatus.Processing,
            UpdatedAt = claim.Now,
            AttemptCount = number,
            LeaseUntil = claim.LeaseUntil,
            Payload = claim.Payload ?? record.Payload,
            Attempts = AttemptHistory.Begin(record.Attempts, new Attempt(number, claim.Now, null, null, null, [], null)),
        };
        LedgerTable.Update(database, stored with { Record = claimed, Requeued = false });
        return new ClaimResult.Claimed(claimed);
    }

    public static bool Checkpoint(Database database, EventId id, int attempt, IReadOnlyList<Step> steps)
    {
        if (FindHeld(database, id, attempt) is not { } stored)
        {
            return false;
        }

        var running = stored.Record.Attempts[^1] with { Steps = steps };
        LedgerTable.Update(database, stored with { Record = stored.Record with { Attempts = AttemptHistory.Continue(stored.Record.Attempts, running) } });
        return true;
    }

    public static bool Complete(Database database, Completion completion)
    {
        if (FindHeld(database, completion.Id, completion.Attempt.Number) is not { } stored)
        {
            return false;
        }

        var record = stored.Record;
        var completed = stored with
        {
            Record = record with
            {
                Status = completion.Status,
                UpdatedAt = completion.Now,
                LeaseUntil = null,
                WaitingOn = completion.Status == EventStatus.Waiting ? completion.WaitingOn : null,
                Attempts = AttemptHistory.End(record.Attempts, completion.Attempt),
            },
        };
        if (completion.Effects.Count == 0)
        {
            LedgerTable.Update(database, completed);
            return true;
        }

        // An attempt that runs again causes the same events again: their ids follow from this one's.
        List<EventId> added = [.. completion.Effects.Distinct().Except(record.Effects)];
        LedgerTable.UpdateWithHistory(database, completed with
        {
            Record = completed.Record with
            {
                Effects = [.. record.Effects.Concat(added).Take(IEventLedger.EffectsKept)],
                EffectCount = record.EffectCount + added.Count,
            },
        });
        return true;
    }

    public static TransitionResult Requeue(Database database, Requeue requeue)
    {
        if (LedgerTable.Find(database, requeue.Id) is not { } stored)
        {
            return new TransitionResult.NotFound();
        }

        var record = stored.Record;
        if (!requeue.From.Contains(record.Status) || (requeue.WaitingOn is { } dependency && record.WaitingOn != dependency))
        {
            return new TransitionResult.Refused(record.Status);
        }

        var requeued = record with
        {
            Event = requeue.Function is { } function ? record.Event with { Function = function } : record.Event,
            Status = EventStatus.Received,
            UpdatedAt = requeue.Intervention.At,
            LeaseUntil = null,
            WaitingOn = null,
            Interventions = [.. record.Interventions, requeue.Intervention with { AfterAttempt = record.AttemptCount }],
        };
        LedgerTable.UpdateWithHistory(database, stored with { Record = requeued, Requeued = true });
        return new TransitionResult.Done(requeued);
    }

    public static TransitionResult Close(Database database, Closure closure)
    {
        if (LedgerTable.Find(database, closure.Id) is not { } stored)
        {
            return new TransitionResult.NotFound();
        }

        var record = stored.Record;
        if (!closure.From.Contains(record.Status))
        {
            return new TransitionResult.Refused(record.Status);
        }

        var closed = record with
        {
            Status = closure.Status,
            UpdatedAt = closure.Now,
            WaitingOn = null,
            Interventions = closure.Intervention is { } intervention
                ? [.. record.Interventions, intervention with { AfterAttempt = record.AttemptCount }]
                : record.Interventions,
            // The attempt that began to wait is the one that failed in the end.
            Attempts = closure.Failure is { } failure && record.Attempts.Count > 0
                ? AttemptHistory.End(record.Attempts, record.Attempts[^1] with { Failure = failure })
                : record.Attempts,
        };
        LedgerTable.UpdateWithHistory(database, stored with { Record = closed });
        return new TransitionResult.Done(closed);
    }

    /// <summary>
    /// Fails an event whose work item became a dead letter: nothing would ever run it. A final event keeps its end, and one
    /// that waits is sent again when it is released.
    /// </summary>
    public static void Bury(Database database, StoredEvent stored, string function, DateTimeOffset now)
    {
        const string code = "dead-letter";
        var record = stored.Record;
        if (record.Status is not (EventStatus.Received or EventStatus.Processing or EventStatus.Retrying))
        {
            return;
        }

        // An attempt that is still running ends here; beside one that has ended, what the burial tells gets one of its own.
        var running = record.Status == EventStatus.Processing && record.Attempts is [.., { EndedAt: null }];
        var number = running ? record.AttemptCount : record.AttemptCount + 1;
        var attempts = running ? record.Attempts : AttemptHistory.Begin(record.Attempts, new Attempt(number, now, null, null, null, [], null));
        var failure = new Failure(
            code,
            code,
            $"The work item was received {IWorkQueue.ReceivesBeforeDeadLetter} times without coming to an end, and is a dead letter now. A replay sends the event again.",
            [],
            attempts[^1].Steps.Count > 0 ? attempts[^1].Steps[^1].Name : null,
            null,
            Fingerprint.Of(function, code, null, code),
            Transient: true);
        LedgerTable.Update(database, stored with
        {
            Record = record with
            {
                Status = EventStatus.Failed,
                UpdatedAt = now,
                AttemptCount = number,
                LeaseUntil = null,
                Attempts = AttemptHistory.End(attempts, attempts[^1] with { EndedAt = now, Outcome = EventStatus.Failed, Failure = failure }),
            },
            Requeued = false,
        });
    }

    /// <summary>The event, if the attempt is the one that holds it.</summary>
    private static StoredEvent? FindHeld(Database database, EventId id, int attempt) =>
        LedgerTable.Find(database, id) is { Record: { Status: EventStatus.Processing } record } stored && record.AttemptCount == attempt ? stored : null;
}
