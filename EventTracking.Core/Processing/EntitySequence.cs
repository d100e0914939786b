using System.Diagnostics;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>An item of a batch, its place in it, where its payload is archived, and what sent it.</summary>
internal readonly record struct BatchEntry(int Index, WorkItem Item, PayloadPointer? Pointer, ActivityContext Trace);

/// <summary>Runs the events of one entity in a batch, never two of them at once.</summary>
internal sealed partial class EntitySequence(
    IEventLedger ledger,
    AttemptRunner attempts,
    TimeProvider time,
    ILogger logger,
    RegisteredFunction function,
    DateTimeOffset deadline,
    Disposition[] dispositions)
{
    /// <summary>The lease outlives the attempt a little, so that its outcome is written under it.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);

    /// <summary>An event is not started with less than its full time left, or with less than half of what the batch has.</summary>
    private readonly DateTimeOffset latestStart = LatestStart(time.GetUtcNow(), deadline, function.Settings.Timeout);

    /// <summary>
    /// Runs the entries and notes the disposition of each at its place in the batch. Whatever goes wrong with them ends here:
    /// it must not take the rest of the batch along.
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
#pragma warning disable CA1031 // A fault of the engine; the items stay hidden for a while and are tried again.
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
    /// The newest runs and speaks for the others, which only said that something changed before it did. All are claimed before
    /// it runs, so that what arrives meanwhile is not taken for a repeat of one that is about to be superseded. Where the newest
    /// fails for good, or had nothing to do (perhaps for what is in its own payload), the next one runs: no change goes unread.
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
        (record.LeaseUntil ?? throw new InvalidOperationException("A claimed event has a lease.")) - LeaseMargin;

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
        [LoggerMessage(1, LogLevel.Error, "Event {EventId} could not be claimed; it is given back")]
        public static partial void NotClaimed(ILogger logger, Exception exception, EventId eventId);

        [LoggerMessage(2, LogLevel.Error, "Event {EventId} and what shares its entity ({Count} in all) could not be run; they are given back")]
        public static partial void Broken(ILogger logger, Exception exception, EventId eventId, int count);
    }
}
