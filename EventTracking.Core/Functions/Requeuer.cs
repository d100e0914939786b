using EventTracking.Core.Events;
using EventTracking.Core.Observability;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Functions;

/// <summary>
/// Sets an event back to received and puts it on its queue. The ledger goes first: it decides between callers, and an event
/// whose work item a crash lost is found by the sweeper, while an item without a ledger entry would be refused as settled.
/// </summary>
internal sealed class Requeuer(IEventLedger ledger, IWorkQueue queue, EventTrackingMetrics metrics)
{
    /// <summary>Results come in the order of the requests; work items are sent in that order too.</summary>
    public async Task<IReadOnlyList<TransitionResult>> RequeueAsync(IReadOnlyList<Requeue> requeues, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(requeues.Select(requeue => ledger.RequeueAsync(requeue, cancellationToken)));
        var records = results.OfType<TransitionResult.Done>().Select(done => done.Record).ToList();

        // From here on the caller's impatience must not part what belongs together.
        await queue.SendAsync([.. records.Select(ItemOf)], TimeSpan.Zero, CancellationToken.None);
        foreach (var (requeue, result) in requeues.Zip(results))
        {
            if (result is TransitionResult.Done(var record))
            {
                metrics.Replayed(record.Event.Function, requeue.Intervention.Kind.ToString().ToLowerInvariant());
            }
        }

        return results;
    }

    public async Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken) =>
        (await RequeueAsync([requeue], cancellationToken))[0];

    /// <summary>Puts the event on its queue once more; a second work item for the same run is settled by the claim.</summary>
    public Task ResendAsync(EventRecord record, CancellationToken cancellationToken) =>
        queue.SendAsync([ItemOf(record)], TimeSpan.Zero, cancellationToken);

    private static WorkItem ItemOf(EventRecord record) => new(record.Event, null, record.Payload);
}
