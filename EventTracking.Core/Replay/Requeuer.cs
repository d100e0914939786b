using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Replay;

/// <summary>
/// Sets events back to queued and sends their work items. It writes to the ledger first, because the ledger decides between
/// concurrent callers. If a crash prevents the send, the sweeper finds the event; an item sent before the ledger was updated
/// would be acknowledged without a run, because its event is not runnable.
/// </summary>
internal sealed class Requeuer(IEventLedger ledger, IWorkQueue queue, FunctionRegistry functions, EventTrackingMetrics metrics)
{
    /// <summary>
    /// Requeues events. Results come in the order of the requests, and work items are sent in that order too. An event whose function
    /// no longer exists is refused before anything is written. Cancellation has an effect only before the first event is set back.
    /// </summary>
    /// <exception cref="StoreUnavailableException">A queue did not respond. The items of the other queues were sent; the sweeper sends the rest.</exception>
    public async Task<IReadOnlyList<TransitionResult>> RequeueAsync(IReadOnlyList<Requeue> requeues, CancellationToken cancellationToken)
    {
        // After this point the call cannot be cancelled, so that every event that the ledger set back is also sent.
        cancellationToken.ThrowIfCancellationRequested();
        var results = await Task.WhenAll(requeues.Select(requeue => ledger.RequeueAsync(requeue with { Functions = functions.Names }, CancellationToken.None)));
        var records = results.OfType<TransitionResult.Done>().Select(done => done.Record).ToList();
        await SendAsync(records);
        foreach (var (requeue, result) in requeues.Zip(results))
        {
            if (result is TransitionResult.Done(var record))
            {
                metrics.Replayed(record.Event.Function, requeue.HistoryEntry.Kind.ToText());
            }
        }

        return results;
    }

    public async Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken) =>
        (await RequeueAsync([requeue], cancellationToken))[0];

    /// <summary>Sends the event's work item once more. If there is a second item for the same run, the claim lets only one run.</summary>
    public Task ResendAsync(EventRecord record, CancellationToken cancellationToken) =>
        queue.SendAsync([ItemOf(record)], TimeSpan.Zero, cancellationToken);

    /// <summary>Sends the items of each queue separately, so that a queue that does not respond does not block the others.</summary>
    private Task SendAsync(IEnumerable<EventRecord> records) =>
        Task.WhenAll(records.GroupBy(record => record.Event.Function).Select(group => queue.SendAsync([.. group.Select(ItemOf)], TimeSpan.Zero, CancellationToken.None)));

    private static WorkItem ItemOf(EventRecord record) => new(record.Event, null, record.Payload) { Replays = record.ReplayCount };
}
