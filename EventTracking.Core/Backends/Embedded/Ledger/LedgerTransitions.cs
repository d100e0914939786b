using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>Reads a record, applies a transition and writes the result, within one transaction of the writer.</summary>
internal static class LedgerTransitions
{
    public static ClaimResult Claim(Database database, Claim claim)
    {
        if (LedgerTable.Find(database, claim.Event.Id) is not { } stored)
        {
            var row = LedgerTable.TryInsert(database, claim.Event, claim.Payload) ?? throw new InvalidOperationException("A record appeared within the transaction.");
            stored = new StoredEvent(row, new EventRecord(claim.Event), Requeued: false);
        }

        var result = EventTransitions.Claim(stored.Record, claim);
        if (result is ClaimResult.Claimed(var claimed))
        {
            LedgerTable.Update(database, stored with { Record = claimed, Requeued = false });
        }

        return result;
    }

    public static bool Checkpoint(Database database, EventId id, int attempt, IReadOnlyList<Step> steps)
    {
        if (LedgerTable.Find(database, id) is not { } stored || EventTransitions.Checkpoint(stored.Record, attempt, steps) is not { } running)
        {
            return false;
        }

        LedgerTable.Update(database, stored with { Record = running });
        return true;
    }

    public static bool Complete(Database database, Completion completion)
    {
        if (LedgerTable.Find(database, completion.Id) is not { } stored || EventTransitions.Complete(stored.Record, completion) is not { } completed)
        {
            return false;
        }

        if (completion.Effects.Count == 0 && completed.PostponedCount == stored.Record.PostponedCount)
        {
            LedgerTable.Update(database, stored with { Record = completed });
        }
        else
        {
            LedgerTable.UpdateWithHistory(database, stored with { Record = completed });
        }

        return true;
    }

    public static TransitionResult Requeue(Database database, Requeue requeue)
    {
        if (LedgerTable.Find(database, requeue.Id) is not { } stored)
        {
            return new TransitionResult.NotFound();
        }

        var result = EventTransitions.Requeue(stored.Record, requeue);
        if (result is TransitionResult.Done(var requeued))
        {
            LedgerTable.UpdateWithHistory(database, stored with { Record = requeued, Requeued = true });
        }

        return result;
    }

    public static TransitionResult Close(Database database, CloseRequest request)
    {
        if (LedgerTable.Find(database, request.Id) is not { } stored)
        {
            return new TransitionResult.NotFound();
        }

        var result = EventTransitions.Close(stored.Record, request);
        if (result is TransitionResult.Done(var closed))
        {
            LedgerTable.UpdateWithHistory(database, stored with { Record = closed });
        }

        return result;
    }

    public static bool AddEditedReplay(Database database, EventId id, EventId edited)
    {
        if (LedgerTable.Find(database, id) is not { } stored || EventTransitions.AddEditedReplay(stored.Record, edited) is not { } changed)
        {
            return false;
        }

        LedgerTable.UpdateWithHistory(database, stored with { Record = changed });
        return true;
    }

    /// <summary>
    /// Fails an event whose work item became a dead letter, because nothing would run it again. A final event keeps its
    /// outcome, and a waiting event is sent again when it is released.
    /// </summary>
    public static void DeadLetter(Database database, StoredEvent stored, string function, DateTimeOffset now)
    {
        var record = stored.Record;
        if (!record.Status.IsInFlight())
        {
            return;
        }

        // An attempt that is still running ends here. If the last attempt has ended, the dead-lettering becomes its own attempt.
        var running = record.Status == EventStatus.Processing && record.Attempts is [.., { EndedAt: null }];
        var number = running ? record.AttemptCount : record.AttemptCount + 1;
        var attempts = running ? record.Attempts : AttemptHistory.Begin(record.Attempts, new Attempt(number, now, null, null, null, [], null));
        var failure = DeadLetterFailure.FailureOf(function, IWorkQueue.ReceivesBeforeDeadLetter, attempts[^1].Steps.Count > 0 ? attempts[^1].Steps[^1].Name : null);
        LedgerTable.Update(database, stored with
        {
            Record = record with
            {
                Status = EventStatus.Failed,
                UpdatedAt = now,
                AttemptCount = number,
                LeaseUntil = null,
                RetryAt = null,
                Attempts = AttemptHistory.End(attempts, attempts[^1] with { EndedAt = now, Outcome = EventStatus.Failed, Failure = failure }),
            },
            Requeued = false,
        });
    }
}
