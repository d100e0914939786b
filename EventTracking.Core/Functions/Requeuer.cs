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
    public async Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken)
    {
        var result = await ledger.RequeueAsync(requeue, cancellationToken);
        if (result is TransitionResult.Done(var record))
        {
            await ResendAsync(record, cancellationToken);
            metrics.Replayed(record.Event.Function, requeue.Intervention.Kind.ToString().ToLowerInvariant());
        }

        return result;
    }

    /// <summary>Puts the event on its queue once more; a second work item for the same run is settled by the claim.</summary>
    public Task ResendAsync(EventRecord record, CancellationToken cancellationToken) =>
        queue.SendAsync([new WorkItem(record.Event, null, record.Payload)], TimeSpan.Zero, cancellationToken);
}
