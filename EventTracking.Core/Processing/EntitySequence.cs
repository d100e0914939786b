using System.Diagnostics;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>An item of a batch, its index in the batch, the pointer to its archived payload, and the trace context of its sender.</summary>
internal readonly record struct BatchEntry(int Index, WorkItem Item, PayloadPointer? Pointer, ActivityContext Trace);

/// <summary>Runs the events of one entity in a batch, one at a time.</summary>
internal sealed partial class EntitySequence(
    IEventLedger ledger,
    AttemptRunner attempts,
    TimeProvider time,
    ILogger logger,
    RegisteredFunction function,
    DateTimeOffset deadline,
    Disposition[] dispositions)
{
    /// <summary>How much longer the lease lasts than the attempt, so that the outcome is written while the lease is held.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);

    /// <summary>The last time at which an event may start: when its full time is left or, if that is shorter, half of the batch's time.</summary>
    private readonly DateTimeOffset latestStart = LatestStart(time.GetUtcNow(), deadline, function.Settings.Timeout);

    /// <summary>
    /// Runs the entries and stores the disposition of each at its index in the batch. It catches every failure, so that a fault does
    /// not affect the rest of the batch.
    /// </summary>
    public async ValueTask RunAsync(IReadOnlyList<BatchEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            if (entries.Count > 1 && function.Function.IsNotification)
            {
                await ShareOneRunAsync(entries, cancellationToken);
                return;
            }

            foreach (var entry in entries.OrderBy(entry => entry.Item.Event.Id))
            {
                if (await ClaimAsync(entry, cancellationToken) is { } record)
                {
                    await AttemptAsync(entry, record, cancellationToken);
                }
            }
        }
#pragma warning disable CA1031 // This is a fault of the engine; the items stay hidden for a while and are then tried again.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.Broken(logger, exception, entries[0].Item.Event.Id, entries.Count);
        }
    }

    private static DateTimeOffset LatestStart(DateTimeOffset now, DateTimeOffset deadline, TimeSpan timeout)
    {
        var half = (deadline - now) / 2;
        return deadline - (timeout < half ? timeout : half);
    }

    /// <summary>
    /// Runs the newest event on behalf of the others, which only notify of earlier changes. All events are claimed before it runs, so
    /// that a delivery that arrives in the meantime is not taken for a repeat of an event that is about to be superseded. If the newest
    /// event fails permanently or has nothing to do (perhaps because of its own payload), the next one runs, so that no change is missed.
    /// </summary>
    private async Task ShareOneRunAsync(IReadOnlyList<BatchEntry> entries, CancellationToken cancellationToken)
    {
        var newestFirst = entries.OrderByDescending(entry => entry.Item.Event.Id).ToList();
        var records = await Task.WhenAll(newestFirst.Select(entry => ClaimAsync(entry, cancellationToken)));
        EventId? leader = null;
        foreach (var (entry, record) in newestFirst.Zip(records))
        {
            if (record is null)
            {
                continue;
            }

            if (leader is { } newest)
            {
                dispositions[entry.Index] = (await attempts.SupersedeAsync(record, newest, entry.Trace, DeadlineOf(record), cancellationToken)).Disposition;
            }
            else if (await AttemptAsync(entry, record, cancellationToken) is EventStatus.Succeeded or EventStatus.Superseded or EventStatus.Waiting or EventStatus.Retrying)
            {
                leader = record.Id;
            }
        }
    }

    private async Task<EventStatus?> AttemptAsync(BatchEntry entry, EventRecord record, CancellationToken cancellationToken)
    {
        var end = await attempts.RunAsync(function, record, entry.Item.Payload, entry.Trace, DeadlineOf(record), cancellationToken);
        dispositions[entry.Index] = end.Disposition;
        return end.Status;
    }

    private static DateTimeOffset DeadlineOf(EventRecord record) =>
        (record.LeaseUntil ?? throw new InvalidOperationException($"The claimed event {record.Id} has no lease.")) - LeaseMargin;

    private async Task<EventRecord?> ClaimAsync(BatchEntry entry, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now > latestStart)
        {
            dispositions[entry.Index] = Disposition.Defer(TimeSpan.Zero);
            return null;
        }

        using var activity = EventActivity.Start("claim", entry.Item.Event, entry.Trace, ActivityKind.Internal);
        try
        {
            var until = now + function.Settings.Timeout;
            var claim = new Claim(entry.Item.Event, entry.Pointer, now, (until < deadline ? until : deadline) + LeaseMargin);
            switch (await ledger.ClaimAsync(claim, cancellationToken))
            {
                case ClaimResult.Claimed(var record):
                    return record;
                case ClaimResult.Leased(var leased):
                    dispositions[entry.Index] = Disposition.Defer(leased > now ? leased - now : TimeSpan.Zero);
                    return null;
                default:
                    dispositions[entry.Index] = Disposition.Acknowledge;
                    return null;
            }
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotClaimed(logger, exception, entry.Item.Event.Id);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Event {EventId} could not be claimed; its item is returned to the queue")]
        public static partial void NotClaimed(ILogger logger, Exception exception, EventId eventId);

        [LoggerMessage(2, LogLevel.Error, "Event {EventId} and the others of its entity ({Count} in all) could not be run; their items are returned to the queue")]
        public static partial void Broken(ILogger logger, Exception exception, EventId eventId, int count);
    }
}
