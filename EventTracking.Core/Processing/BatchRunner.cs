using EventTracking.Core.Activities;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>
/// Runs a batch of work items through their function. If the function is not ready, it returns them untouched. Otherwise it archives all payloads that are not archived yet as one segment, claims
/// and handles the events, and returns what the host should do with each item.
/// </summary>
internal sealed partial class BatchRunner(IEventLedger ledger, EventClaims claims, IPayloadArchive archive, AttemptRunner attempts, ActivityRecorder activity, EventTrackingMetrics metrics, RandomSource random, TimeProvider time, ILogger<BatchRunner> logger)
{
    private static readonly TimeSpan StoreDown = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MaxStoreDownDelay = TimeSpan.FromMinutes(15);

    /// <summary>Runs the batch and returns the dispositions in the order of the items.</summary>
    /// <param name="function">The function whose queue the items are from.</param>
    /// <param name="items">The items.</param>
    /// <param name="deadline">When all attempts must have ended. Events that cannot be started in time are returned to the queue untouched.</param>
    /// <param name="cancellationToken">Cancels calls to the stores.</param>
    public async Task<IReadOnlyList<Disposition>> RunAsync(RegisteredFunction function, IReadOnlyList<ReceivedItem> items, Deadline deadline, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return [];
        }

        if (function.Function.ReadyIn is var readyIn && readyIn > TimeSpan.Zero)
        {
            // The longer a backlog waits, the less often it is received.
            var fraction = random.NextFraction();
            return [.. items.Select(item => Disposition.Wait(Postponement.DelayOf(readyIn, item.ReceiveCount - 1, fraction)))];
        }

        // Every item counts as not done until it is, so that a fault defers it.
        var dispositions = items.Select(item => Disposition.Defer(StoreDownFor(item.ReceiveCount))).ToArray();
        var now = time.GetUtcNow();
        var tally = activity.Begin();
        tally.Add(ActivityNames.OfBuild(BuildId.Of(function.Function)));
        foreach (var item in items)
        {
            metrics.Queued(function.Name, now - item.SentAt);
            if (item.ReceiveCount == 1)
            {
                tally.Received(now - item.SentAt);
            }
        }

        PayloadPointer?[] pointers;
        try
        {
            pointers = await ArchiveAsync(items, function.Settings.Concurrency, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever the failure is, every item counts as not done.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotArchived(logger, exception, items.Count);
            return dispositions;
        }

        var work = items.Select((item, index) => new BatchEntry(index, item.Item, pointers[index], item.Trace)).GroupBy(GroupOf).ToList();
        var options = new ParallelOptions { MaxDegreeOfParallelism = function.Settings.Concurrency, CancellationToken = cancellationToken };
        var batch = new BatchScope(work.Count, function.Settings.Concurrency, random, time);
        var sequence = new EntitySequence(claims, attempts, time, logger, function, batch, deadline, dispositions);
        await Parallel.ForEachAsync(work, options, async (group, token) =>
        {
            await sequence.RunAsync([.. group], token);
            batch.EndGroup();
        });
        await activity.StoreAsync(function.Name, tally, cancellationToken);
        return dispositions;
    }

    /// <summary>The delay grows with each receive. The number of receives is limited, and an outage of several hours must not turn items into dead letters.</summary>
    private static TimeSpan StoreDownFor(int receiveCount) =>
        StoreDown * receiveCount < MaxStoreDownDelay ? StoreDown * receiveCount : MaxStoreDownDelay;

    /// <summary>Events about one entity run one after the other; an event about none is on its own.</summary>
    private static (EntityKey? Entity, EventId? Alone) GroupOf(BatchEntry entry) =>
        entry.Item.Event is { Entity: null, Id: var id } ? (null, id) : (entry.Item.Event.Entity, null);

    /// <summary>Archives the payloads of the whole batch with one write, because no event may be processed before its payload is archived.</summary>
    private async Task<PayloadPointer?[]> ArchiveAsync(IReadOnlyList<ReceivedItem> items, int concurrency, CancellationToken cancellationToken)
    {
        var pointers = await FindPointersAsync(items, concurrency, cancellationToken);
        await archive.ArchiveMissingAsync(pointers, [.. items.Select(item => item.Item.Payload)], cancellationToken);
        return pointers;
    }

    /// <summary>
    /// Finds the pointers of payloads that an earlier receive has archived; the record of the event holds them. Only items that were
    /// received before are looked up, so the first receive of an item costs no read.
    /// </summary>
    private async Task<PayloadPointer?[]> FindPointersAsync(IReadOnlyList<ReceivedItem> items, int concurrency, CancellationToken cancellationToken)
    {
        var pointers = items.Select(item => item.Item.Pointer).ToArray();
        var again = Enumerable.Range(0, items.Count).Where(index => pointers[index] is null && items[index].ReceiveCount > 1);
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(again, options, async (index, token) => pointers[index] = (await ledger.FindAsync(items[index].Item.Event.Id, token))?.Payload);
        return pointers;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The payloads of a batch of {Count} items could not be archived; the items are returned to the queue")]
        public static partial void NotArchived(ILogger logger, Exception exception, int count);
    }
}
