using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Functions;

/// <summary>An item of a batch, its place in it, and where its payload is archived.</summary>
internal readonly record struct BatchEntry(int Index, WorkItem Item, PayloadPointer? Pointer);

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
    /// <summary>An event is not started with less time than this left.</summary>
    private static readonly TimeSpan ShortestRun = TimeSpan.FromSeconds(1);

    /// <summary>The lease outlives the attempt a little, so that its outcome is written under it.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);

    /// <summary>Runs the entries and notes the disposition of each at its place in the batch.</summary>
    public async ValueTask RunAsync(IReadOnlyList<BatchEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count > 1 && function.Function.IsTrigger)
        {
            await ShareOneRunAsync(entries, cancellationToken);
            return;
        }

        foreach (var entry in entries.OrderBy(entry => entry.Item.Event.Id))
        {
            if (await ClaimAsync(entry, cancellationToken) is ClaimResult.Claimed(var record))
            {
                await AttemptAsync(entry, record, cancellationToken);
            }
        }
    }

    /// <summary>
    /// The newest runs and speaks for the others, which only said that something changed before it did. Where it fails for
    /// good (perhaps for what is in its own payload) the next one runs, so that no change goes unread.
    /// </summary>
    private async Task ShareOneRunAsync(IReadOnlyList<BatchEntry> entries, CancellationToken cancellationToken)
    {
        EventId? leader = null;
        foreach (var entry in entries.OrderByDescending(entry => entry.Item.Event.Id))
        {
            if (await ClaimAsync(entry, cancellationToken) is not ClaimResult.Claimed(var record))
            {
                continue;
            }

            if (leader is { } newest)
            {
                dispositions[entry.Index] = (await attempts.SupersedeAsync(record, newest, cancellationToken)).Disposition;
            }
            else if (await AttemptAsync(entry, record, cancellationToken) is not (null or EventStatus.Failed))
            {
                leader = record.Id;
            }
        }
    }

    private async Task<EventStatus?> AttemptAsync(BatchEntry entry, EventRecord record, CancellationToken cancellationToken)
    {
        var end = await attempts.RunAsync(function, record, entry.Item.Payload, EndOfRun(), cancellationToken);
        dispositions[entry.Index] = end.Disposition;
        return end.Status;
    }

    private async Task<ClaimResult?> ClaimAsync(BatchEntry entry, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (deadline - now < ShortestRun)
        {
            dispositions[entry.Index] = Disposition.Defer(TimeSpan.Zero);
            return null;
        }

        try
        {
            var result = await ledger.ClaimAsync(new Claim(entry.Item.Event, entry.Pointer, now, EndOfRun() + LeaseMargin), cancellationToken);
            if (result is ClaimResult.Settled)
            {
                dispositions[entry.Index] = Disposition.Acknowledge;
            }
            else if (result is ClaimResult.Leased(var until))
            {
                dispositions[entry.Index] = Disposition.Defer(until > now ? until - now : TimeSpan.Zero);
            }

            return result;
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotClaimed(logger, exception, entry.Item.Event.Id);
            return null;
        }
    }

    private DateTimeOffset EndOfRun()
    {
        var own = time.GetUtcNow() + function.Settings.Timeout;
        return own < deadline ? own : deadline;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Event {EventId} could not be claimed; it is given back")]
        public static partial void NotClaimed(ILogger logger, Exception exception, EventId eventId);
    }
}
