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
    OldEventSweep oldEvents,
    SweptFailures failures,
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

    /// <summary>
    /// When an event whose payload only its item has counts as lost while its queue is empty. Until then a source that was not promised
    /// anything may send it again.
    /// </summary>
    private static readonly TimeSpan LostForGoodAfter = EventRecord.LateAfter;

    /// <summary>When it counts as lost whatever its queue holds: no queue keeps a message for more than fourteen days.</summary>
    private static readonly TimeSpan GoneAfter = TimeSpan.FromDays(15);

    /// <summary>Shorter than the interval at which hosts search, so that of several hosts exactly one searches each time.</summary>
    private static readonly TimeSpan BetweenSearches = TimeSpan.FromMinutes(25);

    /// <summary>A retry may wait for its backoff on top of the delay that the called system asked for.</summary>
    private static TimeSpan LostRetryAfter(EventTrackingOptions options) => options.MaxBackoff + RetryRules.MaxRetryAfter + LostAfter;

    /// <summary>How far back the search reads the events by the times in their ids; eight hours with the default settings. Indexes list what is older.</summary>
    public static TimeSpan LooksBack(EventTrackingOptions options) => LostRetryAfter(options) + EventRecord.LateAfter;

    /// <summary>Resends events that were set back to queued but whose work items were never sent. This is cheap, because an index holds only those events.</summary>
    public async Task<int> RunRequeuedAsync(CancellationToken cancellationToken) =>
        (await ResendAsync(ledger.ListRequeuedAsync, summary => IsLost(summary, GracePeriod), new QueueBacklogs(queue, logger), cancellationToken)).Resent;

    /// <summary>
    /// Resends events whose records are in flight but whose work items seem to be lost, and fails those whose payloads are lost with them. The
    /// search reads all records with ids of the hours of <see cref="LooksBack"/>, so only one host runs it at a time. Indexes list the events
    /// with older ids that are still to run.
    /// </summary>
    public async Task<LostItems> RunInFlightAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await position.TryBeginSearchAsync(now, now + BetweenSearches, cancellationToken))
        {
            return default;
        }

        await oldEvents.RunAsync(cancellationToken);
        var backlogs = new QueueBacklogs(queue, logger);
        var oldest = now - LooksBack(options.Value);
        return await ResendAsync(new EventQuery { InFlight = true, From = oldest, To = now + Ahead, Limit = PageSize }, backlogs, cancellationToken)
            + await ResendAsync(new EventQuery { Status = EventStatus.Retrying, ById = true, To = oldest, Limit = PageSize }, backlogs, cancellationToken)
            + await ResendAsync(ledger.ListLateAsync, summary => summary.Event.Id.Time < oldest && IsLost(summary, LostAfter), backlogs, cancellationToken);
    }

    private async Task<LostItems> ResendAsync(
        Func<EventId?, int, CancellationToken, Task<IReadOnlyList<EventSummary>>> listAsync, Func<EventSummary, bool> isLost, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        var lost = default(LostItems);
        EventId? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var listed = await listAsync(after, PageSize, cancellationToken);
            foreach (var summary in listed.Where(isLost))
            {
                lost += await ResendAsync(summary, backlogs, cancellationToken);
            }

            if (listed.Count < PageSize)
            {
                break;
            }

            after = listed[^1].Event.Id;
        }

        return lost;
    }

    private async Task<LostItems> ResendAsync(EventQuery query, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        var lost = default(LostItems);
        for (var page = 0; page < MaxPages; page++)
        {
            var found = await ledger.ListAsync(query, cancellationToken);
            foreach (var summary in found.Events.Where(summary => IsLost(summary, summary.Status == EventStatus.Retrying ? LostRetryAfter(options.Value) : LostAfter)))
            {
                lost += await ResendAsync(summary, backlogs, cancellationToken);
            }

            if (found.Next is not { } next)
            {
                break;
            }

            query = query with { Before = next };
        }

        return lost;
    }

    /// <summary>An event that was updated long from now was updated by a clock that was ahead. Nobody knows when, and an extra item is harmless.</summary>
    private bool IsLost(EventSummary summary, TimeSpan after) => (time.GetUtcNow() - summary.UpdatedAt).Duration() > after;

    /// <summary>Catches every failure, so that an event that cannot be sent again does not block the others.</summary>
    private async Task<LostItems> ResendAsync(EventSummary lost, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        try
        {
            return await backlogs.IsLowAsync(lost.Event.Function, cancellationToken) || IsLost(lost, GoneAfter) ? await ResendAsync(lost.Event.Id, backlogs, cancellationToken) : default;
        }
#pragma warning disable CA1031 // The failure is logged, and the next sweep tries again.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotResent(logger, exception, lost.Event.Id);
            return default;
        }
    }

    private async Task<LostItems> ResendAsync(EventId id, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } record || !record.Status.IsInFlight() || IsHeld(record))
        {
            return default;
        }

        // An item without a payload could only fail the event, and might overtake the item that carries the payload.
        if (record.Payload is null)
        {
            return await FailAsync(record, backlogs, cancellationToken);
        }

        if (!await backlogs.IsLowAsync(record.Event.Function, cancellationToken))
        {
            return default;
        }

        Log.Resent(logger, id, record.Status.ToText());
        await requeuer.ResendAsync(record, cancellationToken);
        return new LostItems(1, 0);
    }

    /// <summary>Fails an event whose payload is lost with its item, once that is sure.</summary>
    private async Task<LostItems> FailAsync(EventRecord record, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        var age = (time.GetUtcNow() - record.UpdatedAt).Duration();
        var isGone = age > GoneAfter || (age > LostForGoodAfter && await backlogs.IsEmptyAsync(record.Event.Function, cancellationToken));
        if (isGone && await failures.FailAsync(record.Event, null, LostItemFailure.FailureOf(record.Event.Function), cancellationToken) == SweptFailure.Failed)
        {
            Log.LostForGood(logger, record.Id, record.Event.Function);
            return new LostItems(0, 1);
        }

        Log.PayloadUnknown(logger, record.Id, record.Status.ToText());
        return default;
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

        [LoggerMessage(4, LogLevel.Error, "Event {EventId} has failed: its work item was lost before {Function} received it, and its payload with it")]
        public static partial void LostForGood(ILogger logger, EventId eventId, string function);
    }
}

/// <summary>How many events whose items were lost were sent again, and how many failed.</summary>
internal readonly record struct LostItems(int Resent, int Failed)
{
    public static LostItems operator +(LostItems left, LostItems right) => new(left.Resent + right.Resent, left.Failed + right.Failed);
}
