using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using EventTracking.Core.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Finds events that should run but whose work items seem to be lost, and sends them again. An extra item is harmless, because
/// the claim lets only one run. While a queue has a long backlog, the sweep sends nothing to it: its events are probably still in line.
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

    /// <summary>An event that was updated within this period may simply be between two writes, so it does not count as lost.</summary>
    private static readonly TimeSpan GracePeriod = TimeSpan.FromMinutes(5);

    /// <summary>How far ids may be ahead of the clock: what intake tolerates from a source, a day, plus the skew between clocks.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(25);

    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(45);

    /// <summary>Shorter than the interval at which hosts search, so that of several hosts exactly one searches each time.</summary>
    private static readonly TimeSpan BetweenSearches = TimeSpan.FromMinutes(25);

    /// <summary>A retry may wait for its backoff on top of the delay that the called system asked for.</summary>
    private static TimeSpan LostRetryAfter(EventTrackingOptions options) => options.MaxBackoff + RetryRules.MaxRetryAfter + LostAfter;

    /// <summary>How far back the search reads the events by the times in their ids; eight hours with the default settings. Indexes list what is older.</summary>
    public static TimeSpan LooksBack(EventTrackingOptions options) => LostRetryAfter(options) + EventRecord.LateAfter;

    /// <summary>Resends events that were set back to queued but whose work items were never sent. This is cheap, because an index holds only those events.</summary>
    public Task<int> RunRequeuedAsync(CancellationToken cancellationToken) =>
        ResendAsync(ledger.ListRequeuedAsync, summary => IsLost(summary, GracePeriod), new QueueBacklogs(queue, logger), cancellationToken);

    /// <summary>
    /// Resends events whose records are in flight but whose work items seem to be lost. The search reads all records with ids of the
    /// hours of <see cref="LooksBack"/>, so only one host runs it at a time. Indexes list the events with older ids that are still to run.
    /// </summary>
    public async Task<int> RunInFlightAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await position.TryBeginSearchAsync(now, now + BetweenSearches, cancellationToken))
        {
            return 0;
        }

        var backlogs = new QueueBacklogs(queue, logger);
        var oldest = now - LooksBack(options.Value);
        return await ResendAsync(new EventQuery { InFlight = true, From = oldest, To = now + Ahead, Limit = PageSize }, backlogs, cancellationToken)
            + await ResendAsync(new EventQuery { Status = EventStatus.Retrying, ById = true, To = oldest, Limit = PageSize }, backlogs, cancellationToken)
            + await ResendAsync(ledger.ListLateAsync, summary => summary.Event.Id.Time < oldest && IsLost(summary, LostAfter), backlogs, cancellationToken);
    }

    private async Task<int> ResendAsync(
        Func<EventId?, int, CancellationToken, Task<IReadOnlyList<EventSummary>>> listAsync, Func<EventSummary, bool> isLost, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        var resent = 0;
        EventId? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var listed = await listAsync(after, PageSize, cancellationToken);
            foreach (var summary in listed.Where(isLost))
            {
                resent += await ResendAsync(summary.Event, backlogs, cancellationToken);
            }

            if (listed.Count < PageSize)
            {
                break;
            }

            after = listed[^1].Event.Id;
        }

        return resent;
    }

    private async Task<int> ResendAsync(EventQuery query, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        var resent = 0;
        for (var page = 0; page < MaxPages; page++)
        {
            var found = await ledger.ListAsync(query, cancellationToken);
            foreach (var summary in found.Events.Where(summary => IsLost(summary, summary.Status == EventStatus.Retrying ? LostRetryAfter(options.Value) : LostAfter)))
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

    /// <summary>An event that was updated long from now was updated by a clock that was ahead. Nobody knows when, and an extra item is harmless.</summary>
    private bool IsLost(EventSummary summary, TimeSpan after) => (time.GetUtcNow() - summary.UpdatedAt).Duration() > after;

    /// <summary>Catches every failure, so that an event that cannot be sent again does not block the others.</summary>
    private async Task<int> ResendAsync(EventMetadata lost, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        try
        {
            return await backlogs.IsLowAsync(lost.Function, cancellationToken) && await ResendAsync(lost.Id, cancellationToken) ? 1 : 0;
        }
#pragma warning disable CA1031 // The failure is logged, and the next sweep tries again.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotResent(logger, exception, lost.Id);
            return 0;
        }
    }

    private async Task<bool> ResendAsync(EventId id, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } record || !record.Status.IsInFlight() || IsHeld(record))
        {
            return false;
        }

        // An item without a payload could only fail the event, and might overtake the item that carries the payload.
        if (record.Payload is null)
        {
            Log.PayloadUnknown(logger, id, record.Status.ToText());
            return false;
        }

        Log.Resent(logger, id, record.Status.ToText());
        await requeuer.ResendAsync(record, cancellationToken);
        return true;
    }

    /// <summary>Whether an attempt or a backoff keeps the event, unless the clock of its host was ahead.</summary>
    private bool IsHeld(EventRecord record)
    {
        var now = time.GetUtcNow();
        return record.UpdatedAt <= now && (record.LeaseUntil ?? record.RetryAt) > now;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId} was {Status} but seems to have lost its work item; it was sent again")]
        public static partial void Resent(ILogger logger, EventId eventId, string status);

        [LoggerMessage(2, LogLevel.Warning, "Event {EventId} has been {Status} for too long, but its payload exists only in its work item, so it cannot be sent again")]
        public static partial void PayloadUnknown(ILogger logger, EventId eventId, string status);

        [LoggerMessage(3, LogLevel.Error, "Event {EventId} seems to have lost its work item and could not be sent again; the next sweep tries again")]
        public static partial void NotResent(ILogger logger, Exception exception, EventId eventId);
    }
}
