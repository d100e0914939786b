using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using EventTracking.Core.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Finds events that are to run and that no queue seems to know of, and sends them again. It may send one too many, which the
/// claim settles; so it keeps still while a queue is long and an event is more likely just behind the others.
/// </summary>
internal sealed partial class LostItemSweep(
    IEventLedger ledger,
    IWorkQueue queue,
    Requeuer requeuer,
    ISweepPosition position,
    IOptions<EventTrackingOptions> options,
    TimeProvider time,
    ILogger<LostItemSweep> logger)
{
    private const int PageSize = 200;
    private const int MaxPages = 50;

    /// <summary>Younger than this, what looks lost is merely between two writes.</summary>
    private static readonly TimeSpan GracePeriod = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Window = TimeSpan.FromHours(6);
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(45);

    /// <summary>Less than hosts let pass between two searches, so that with several of them one searches each time.</summary>
    private static readonly TimeSpan BetweenSearches = TimeSpan.FromMinutes(25);

    /// <summary>A retry may wait for its backoff on top of what the other side asked for.</summary>
    private TimeSpan LostRetryAfter => options.Value.MaxBackoff + RetryRules.MaxRetryAfter + LostAfter;

    /// <summary>Events set back to received whose work item was never sent. Cheap: an index holds only those.</summary>
    public async Task<int> RunRequeuedAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - GracePeriod;
        var backlogs = new QueueBacklogs(queue, logger);
        var resent = 0;
        EventId? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var requeued = await ledger.ListRequeuedAsync(after, PageSize, cancellationToken);
            foreach (var summary in requeued.Where(summary => summary.UpdatedAt < before))
            {
                resent += await ResendAsync(summary.Event, backlogs, cancellationToken);
            }

            if (requeued.Count < PageSize)
            {
                break;
            }

            after = requeued[^1].Event.Id;
        }

        return resent;
    }

    /// <summary>
    /// Events of the last hours that are in flight by their record alone. Reads all records of that time, so of several hosts
    /// one does it at a time.
    /// </summary>
    public async Task<int> RunInFlightAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await position.TryBeginSearchAsync(now, now + BetweenSearches, cancellationToken))
        {
            return 0;
        }

        var query = new EventQuery { InFlight = true, From = now - LostRetryAfter - Window, To = now - LostAfter, Limit = PageSize };
        var backlogs = new QueueBacklogs(queue, logger);
        var resent = 0;
        for (var page = 0; page < MaxPages; page++)
        {
            var found = await ledger.ListAsync(query, cancellationToken);
            foreach (var summary in found.Events.Where(summary => summary.UpdatedAt < now - (summary.Status == EventStatus.Retrying ? LostRetryAfter : LostAfter)))
            {
                resent += await ResendAsync(summary.Event, backlogs, cancellationToken);
            }

            if (found.Next is not { } next)
            {
                break;
            }

            query = query with { Before = next };
        }

        return resent;
    }

    /// <summary>One event that cannot be sent again must not keep the others from it.</summary>
    private async Task<int> ResendAsync(EventMetadata lost, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        try
        {
            return await backlogs.IsLowAsync(lost.Function, cancellationToken) && await ResendAsync(lost.Id, cancellationToken) ? 1 : 0;
        }
#pragma warning disable CA1031 // Told, and tried again by the next sweep.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotResent(logger, exception, lost.Id);
            return 0;
        }
    }

    private async Task<bool> ResendAsync(EventId id, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } record || !record.Status.IsInFlight() || (record.LeaseUntil ?? record.RetryAt) > time.GetUtcNow())
        {
            return false;
        }

        // An item without it could do nothing but fail the event, and might overtake the one that has it.
        if (record.Payload is null)
        {
            Log.PayloadUnknown(logger, id, record.Status.ToText());
            return false;
        }

        Log.Resent(logger, id, record.Status.ToText());
        await requeuer.ResendAsync(record, cancellationToken);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId} was {Status} with no work item that anyone could see; sent again")]
        public static partial void Resent(ILogger logger, EventId eventId, string status);

        [LoggerMessage(2, LogLevel.Warning, "Event {EventId} is {Status} for long; its payload is in its work item alone, so it cannot be sent again")]
        public static partial void PayloadUnknown(ILogger logger, EventId eventId, string status);

        [LoggerMessage(3, LogLevel.Error, "Event {EventId}, which no queue seems to know of, could not be sent again")]
        public static partial void NotResent(ILogger logger, Exception exception, EventId eventId);
    }
}
