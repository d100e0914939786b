using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Replay;

/// <summary>
/// Finds events that are to run and that no queue seems to know of, and sends them again. It may send one too many, which the
/// claim settles; so it keeps still while a queue is long and an event is more likely just behind the others.
/// </summary>
internal sealed partial class LostItemSweep(
    IEventLedger ledger,
    IWorkQueue queue,
    Requeuer requeuer,
    IOptions<EventTrackingOptions> options,
    TimeProvider time,
    ILogger<LostItemSweep> logger)
{
    private const int PageSize = 200;
    private const int MostPages = 50;
    private const int DrainedQueue = 1000;

    /// <summary>Younger than this, what looks lost is merely between two writes.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Window = TimeSpan.FromHours(6);
    private static readonly TimeSpan Lost = TimeSpan.FromMinutes(45);

    /// <summary>Events set back to received whose work item was never sent. Cheap: an index holds only those.</summary>
    public async Task<int> RunRequeuedAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Settled;
        var drained = new Dictionary<string, bool>();
        var resent = 0;
        EventId? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var requeued = await ledger.ListRequeuedAsync(after, PageSize, cancellationToken);
            foreach (var summary in requeued.Where(summary => summary.UpdatedAt < before))
            {
                resent += await ResendAsync(summary.Event, drained, cancellationToken);
            }

            if (requeued.Count < PageSize)
            {
                break;
            }

            after = requeued[^1].Event.Id;
        }

        return resent;
    }

    /// <summary>Events of the last hours that are in flight by their record alone. Reads all records of that time.</summary>
    public async Task<int> RunInFlightAsync(CancellationToken cancellationToken)
    {
        var drained = new Dictionary<string, bool>();
        return await RunInFlightAsync(EventStatus.Received, Lost, drained, cancellationToken)
            + await RunInFlightAsync(EventStatus.Processing, Lost, drained, cancellationToken)

            // A retry may wait for its backoff on top of what the other side asked for.
            + await RunInFlightAsync(EventStatus.Retrying, options.Value.LongestBackoff + RetryRules.LongestRetryAfter + Lost, drained, cancellationToken);
    }

    private async Task<int> RunInFlightAsync(EventStatus status, TimeSpan lost, Dictionary<string, bool> drained, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - lost;
        var query = new EventQuery { Status = status, From = before - Window, To = before, Limit = PageSize };
        var resent = 0;
        for (var page = 0; page < MostPages; page++)
        {
            var found = await ledger.ListAsync(query, cancellationToken);
            foreach (var summary in found.Events.Where(summary => summary.UpdatedAt < before))
            {
                resent += await ResendAsync(summary.Event, drained, cancellationToken);
            }

            if (found.Next is not { } next)
            {
                break;
            }

            query = query with { Before = next };
        }

        return resent;
    }

    private async Task<int> ResendAsync(EventMetadata lost, Dictionary<string, bool> drained, CancellationToken cancellationToken)
    {
        if (!drained.TryGetValue(lost.Function, out var isDrained))
        {
            isDrained = (await queue.GetDepthAsync(lost.Function, cancellationToken)).Items < DrainedQueue;
            drained[lost.Function] = isDrained;
        }

        if (!isDrained || await ledger.FindAsync(lost.Id, cancellationToken) is not { } record || record.Status.IsFinal() || record.LeaseUntil > time.GetUtcNow())
        {
            return 0;
        }

        // An item without it could do nothing but fail the event, and might overtake the one that has it.
        if (record.Payload is null)
        {
            Log.PayloadUnknown(logger, lost.Id, record.Status.ToText());
            return 0;
        }

        Log.Resent(logger, lost.Id, record.Status.ToText());
        await requeuer.ResendAsync(record, cancellationToken);
        return 1;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId} was {Status} with no work item that anyone could see; sent again")]
        public static partial void Resent(ILogger logger, EventId eventId, string status);

        [LoggerMessage(2, LogLevel.Warning, "Event {EventId} is {Status} for long; its payload is in its work item alone, so it cannot be sent again")]
        public static partial void PayloadUnknown(ILogger logger, EventId eventId, string status);
    }
}
