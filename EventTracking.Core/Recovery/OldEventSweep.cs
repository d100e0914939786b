using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Looks once at every event that the search of the last hours will not come to again, and lists as late what is still queued or processing,
/// so that the sweeper finds it whatever its age. It goes on where it stopped, so it misses nothing however long no host ran.
/// </summary>
internal sealed class OldEventSweep(IEventLedger ledger, ISweepPosition position, IOptions<EventTrackingOptions> options, TimeProvider time)
{
    private const int PageSize = 200;
    private const int MaxPages = 20;

    /// <summary>Events with older ids that are stored later are late from the beginning. Half an hour is what clocks may differ by.</summary>
    private static readonly TimeSpan After = EventRecord.LateAfter + TimeSpan.FromMinutes(30);


    /// <summary>A record may be older than its retention, because that begins when its event ends.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromDays(31);

    /// <summary>Goes on for a few pages and returns how many events it listed as late.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() - After;
        var from = end - TimeSpan.FromDays(options.Value.RecordRetentionDays) - LongestRun;
        var begin = await position.FindOldEventsAsync(cancellationToken) ?? new OldEventsPosition(from, from, null);
        var (walk, marked) = (begin, 0);
        for (var page = 0; page < MaxPages && walk.Done < end; page++)
        {
            var until = walk.Before is not null ? walk.Until : Earlier(NextDay(walk.Done), end);
            var query = new EventQuery { InFlight = true, From = walk.Done, To = until, Limit = PageSize, Before = walk.Before is { } below ? new EventPosition(null, below) : null };
            var found = await ledger.ListAsync(query, cancellationToken);
            foreach (var summary in found.Events.Where(summary => summary.Status is EventStatus.Queued or EventStatus.Processing))
            {
                marked += await ledger.MarkLateAsync(summary.Event.Id, cancellationToken) ? 1 : 0;
            }

            walk = found.Next is { } next ? new OldEventsPosition(walk.Done, until, next.Id) : new OldEventsPosition(until, until, null);
        }

        if (walk != begin)
        {
            await position.StoreOldEventsAsync(walk, cancellationToken);
        }

        return marked;
    }

    /// <summary>Each day costs sixteen queries on AWS, even without events, so a page covers one, and the first walk takes its time.</summary>
    private static DateTimeOffset NextDay(DateTimeOffset moment) => new(moment.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
