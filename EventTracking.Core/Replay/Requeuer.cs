using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Replay;

/// <summary>
/// Sets an event back to received and puts it on its queue. The ledger goes first: it decides between callers, and an event
/// whose work item a crash lost is found by the sweeper, while an item without a ledger entry would be refused as settled.
/// </summary>
internal sealed class Requeuer(IEventLedger ledger, IWorkQueue queue, FunctionRegistry functions, EventTrackingMetrics metrics)
{
    /// <summary>
    /// Results come in the order of the requests; work items are sent in that order too. An event whose function is no longer
    /// there is refused before anything is written. A caller that cancels is heard before the first is set back, not after.
    /// </summary>
    /// <exception cref="StoreUnavailableException">A queue did not answer; what was for the others was sent, and the rest is left to the sweeper.</exception>
    public async Task<IReadOnlyList<TransitionResult>> RequeueAsync(IReadOnlyList<Requeue> requeues, CancellationToken cancellationToken)
    {
        // From here on the caller's impatience must not part what belongs together: what the ledger set back is also sent.
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

    /// <summary>Puts the event on its queue once more; a second work item for the same run is settled by the claim.</summary>
    public Task ResendAsync(EventRecord record, CancellationToken cancellationToken) =>
        queue.SendAsync([ItemOf(record)], TimeSpan.Zero, cancellationToken);

    /// <summary>Each queue on its own: one that does not answer must not keep the others from theirs.</summary>
    private Task SendAsync(IEnumerable<EventRecord> records) =>
        Task.WhenAll(records.GroupBy(record => record.Event.Function).Select(group => queue.SendAsync([.. group.Select(ItemOf)], TimeSpan.Zero, CancellationToken.None)));

    private static WorkItem ItemOf(EventRecord record) => new(record.Event, null, record.Payload);
}
