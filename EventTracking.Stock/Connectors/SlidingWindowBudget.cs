using System.Threading.RateLimiting;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// Limits the number of calls in any window of time. The framework's limiters divide the window into segments and use the
/// machine's stopwatch. This one remembers when each of the last calls was allowed, so it is exact, reports to a refused caller
/// when to retry, and uses the injected clock.
/// </summary>
/// <param name="calls">The number of calls allowed in a window.</param>
/// <param name="window">The length of the window.</param>
/// <param name="maxWait">The maximum wait. A caller that would have to wait longer is refused at once, which limits the queue.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class SlidingWindowBudget(int calls, TimeSpan window, TimeSpan maxWait, TimeProvider timeProvider) : RateLimiter
{
    private const int PartsOfMinute = 4;

    private static readonly RateLimitLease Allowed = new Lease(null);

    private readonly Lock gate = new();
    private readonly long started = timeProvider.GetTimestamp();

    // When each of the last calls was allowed, with the oldest at `next`. Times in the future belong to callers that still wait for their turn.
    private readonly TimeSpan?[] allowedAt = new TimeSpan?[calls];
    private int next;

    /// <summary>
    /// Creates a budget of calls per minute, of which a quarter may be made at once and the next quarter a quarter of a minute
    /// later. If all could be made at once, later callers would be refused for the rest of the minute, and a backlog would use up
    /// its attempts. This way, a few callers have their turn within the time of a call, and the backlog waits in its queue.
    /// </summary>
    public static SlidingWindowBudget OverMinute(int calls, TimeSpan maxWait, TimeProvider timeProvider)
    {
        var atOnce = Math.Max(1, calls / PartsOfMinute);
        return new SlidingWindowBudget(atOnce, TimeSpan.FromMinutes(1) / (calls / atOnce), maxWait, timeProvider);
    }

    /// <summary>Null, because the budget lives as long as the process and is never idle.</summary>
    public override TimeSpan? IdleDuration => null;

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount) =>
        Reserve(TimeSpan.Zero, out _) is { } refused ? refused : Allowed;

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        if (Reserve(maxWait, out var wait) is { } refused)
        {
            return refused;
        }

        if (wait > TimeSpan.Zero)
        {
            // A caller that gives up has still used its turn, which only makes the budget stricter.
            await Task.Delay(wait, timeProvider, cancellationToken);
        }

        return Allowed;
    }

    private Lease? Reserve(TimeSpan max, out TimeSpan wait)
    {
        lock (gate)
        {
            var now = timeProvider.GetElapsedTime(started);
            var free = allowedAt[next] + window ?? now;
            wait = free > now ? free - now : TimeSpan.Zero;
            if (wait > max)
            {
                return new Lease(wait);
            }

            allowedAt[next] = now + wait;
            next = (next + 1) % calls;
            return null;
        }
    }

    private sealed class Lease(TimeSpan? retryAfter) : RateLimitLease
    {
        public override bool IsAcquired => retryAfter is null;

        public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            var asked = retryAfter is not null && metadataName == MetadataName.RetryAfter.Name;
            metadata = asked ? retryAfter : null;
            return asked;
        }
    }
}
