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
    EventClaims claims,
    AttemptRunner attempts,
    TimeProvider time,
    ILogger logger,
    RegisteredFunction function,
    BatchScope batch,
    Deadline deadline,
    Disposition[] dispositions)
{
    /// <summary>How much longer the lease lasts than the attempt, so that the outcome is written while the lease is held.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan UnknownDelay = TimeSpan.FromMinutes(1);

    /// <summary>The time that must be left when an event starts: its full time or, if that is shorter, half of the batch's time.</summary>
    private readonly TimeSpan least = Shorter(function.Settings.Timeout, deadline.Left / 2);

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

            Disposition? wait = null;
            foreach (var entry in entries.OrderBy(entry => entry.Item.Event.Id))
            {
                if (wait is { } same)
                {
                    // The events after one that is postponed wait along with it, untouched, so that it stays ahead of them.
                    dispositions[entry.Index] = same;
                }
                else if (await ClaimAsync(entry, cancellationToken) is { } claimed && await AttemptAsync(entry, claimed, cancellationToken) == EventStatus.Queued)
                {
                    wait = dispositions[entry.Index];
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

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>
    /// Runs the newest event on behalf of the others, which only notify of earlier changes. All events are claimed before it runs, so
    /// that a delivery that arrives in the meantime is not taken for a repeat of an event that is about to be superseded. If the newest
    /// event fails permanently or has nothing to do (perhaps because of its own payload), the next one runs, so that no change is missed.
    /// </summary>
    private async Task ShareOneRunAsync(IReadOnlyList<BatchEntry> entries, CancellationToken cancellationToken)
    {
        var newestFirst = entries.OrderByDescending(entry => entry.Item.Event.Id).ToList();
        var results = await Task.WhenAll(newestFirst.Select(entry => ClaimAsync(entry, cancellationToken)));
        EventId? leader = null;
        foreach (var (entry, result) in newestFirst.Zip(results))
        {
            if (result is not { } claimed)
            {
                continue;
            }

            if (leader is { } newest)
            {
                End(entry, claimed, await attempts.SupersedeAsync(claimed.Record, newest, entry.Trace, claimed.Deadline, cancellationToken));
            }
            else if (await AttemptAsync(entry, claimed, cancellationToken) is EventStatus.Succeeded or EventStatus.Superseded or EventStatus.Waiting or EventStatus.Retrying or EventStatus.Queued)
            {
                leader = claimed.Record.Id;
            }
        }
    }

    private async Task<EventStatus?> AttemptAsync(BatchEntry entry, ClaimedEvent claimed, CancellationToken cancellationToken)
    {
        var end = await attempts.RunAsync(function, claimed.Record, entry.Item.Payload, entry.Trace, batch, claimed.Deadline, cancellationToken);
        End(entry, claimed, end);
        return end.Status;
    }

    private void End(BatchEntry entry, ClaimedEvent claimed, AttemptEnd end)
    {
        dispositions[entry.Index] = end.Disposition;
        if (end.Status is null)
        {
            claims.Remember(claimed.Record.Id, claimed.Record.AttemptCount, claimed.Deadline.After(LeaseMargin));
        }
    }

    private async Task<ClaimedEvent?> ClaimAsync(BatchEntry entry, CancellationToken cancellationToken)
    {
        if (deadline.Left < least)
        {
            dispositions[entry.Index] = Disposition.Defer(TimeSpan.Zero);
            return null;
        }

        using var activity = EventActivity.Start("claim", entry.Item.Event, entry.Trace, ActivityKind.Internal);
        try
        {
            // The attempt's time begins before the claim takes effect, so it ends before anyone who saw the claim can take over.
            var length = Shorter(function.Settings.Timeout, deadline.Left);
            var attempt = Deadline.In(length, time);
            var now = time.GetUtcNow();
            switch (await claims.ClaimAsync(new Claim(entry.Item.Event, entry.Pointer, now, now + length + LeaseMargin), cancellationToken))
            {
                case ClaimResult.Claimed(var record):
                    return new ClaimedEvent(record, attempt);
                case ClaimResult.Leased(_, _, var longest):
                    dispositions[entry.Index] = Disposition.Defer(longest);
                    return null;
                case ClaimResult.TooEarly(var left):
                    dispositions[entry.Index] = Disposition.Defer(left);
                    return null;
                case ClaimResult.NotRunnable(EventStatus.Unknown):
                    // A newer version knows what becomes of it, and may need the item.
                    dispositions[entry.Index] = Disposition.Wait(UnknownDelay);
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

    /// <summary>A claimed event, and when its attempt must have ended.</summary>
    private readonly record struct ClaimedEvent(EventRecord Record, Deadline Deadline);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Event {EventId} could not be claimed; its item is returned to the queue")]
        public static partial void NotClaimed(ILogger logger, Exception exception, EventId eventId);

        [LoggerMessage(2, LogLevel.Error, "Event {EventId} and the others of its entity ({Count} in all) could not be run; their items are returned to the queue")]
        public static partial void Broken(ILogger logger, Exception exception, EventId eventId, int count);
    }
}
