using System.Threading.RateLimiting;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// At most so many calls in any window of time. The limiters of the framework cut the window into segments and read
/// the machine's stopwatch; this one remembers when each of the last calls was allowed, so it is exact, can tell a
/// refused caller when to come again, and follows the injected time.
/// </summary>
/// <param name="calls">Calls allowed in a window.</param>
/// <param name="window">The window.</param>
/// <param name="longestWait">A caller that would have to wait longer is refused at once, which bounds the queue.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class SlidingWindowBudget(int calls, TimeSpan window, TimeSpan longestWait, TimeProvider timeProvider) : RateLimiter
{
    private const int PartsOfMinute = 4;

    private static readonly RateLimitLease Allowed = new Lease(null);

    private readonly Lock gate = new();
    private readonly long started = timeProvider.GetTimestamp();

    // When the call `calls` ago was allowed, oldest at `next`; the future where callers wait for their turn.
    private readonly TimeSpan?[] allowedAt = new TimeSpan?[calls];
    private int next;

    /// <summary>
    /// At most so many calls in any minute, a quarter of them at once and the next a quarter of a minute later. With all at
    /// once whoever comes next would be refused for the rest of the minute, and a backlog would use up its attempts; so a few
    /// callers each have their turn within a call's time, and the backlog waits in its queue.
    /// </summary>
    public static SlidingWindowBudget OverMinute(int calls, TimeSpan longestWait, TimeProvider timeProvider)
    {
        var atOnce = Math.Max(1, calls / PartsOfMinute);
        return new SlidingWindowBudget(atOnce, TimeSpan.FromMinutes(1) / (calls / atOnce), longestWait, timeProvider);
    }

    /// <summary>Never idle: it lives as long as the process.</summary>
    public override TimeSpan? IdleDuration => null;

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount) =>
        Reserve(TimeSpan.Zero, out _) is { } refused ? refused : Allowed;

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        if (Reserve(longestWait, out var wait) is { } refused)
        {
            return refused;
        }

        if (wait > TimeSpan.Zero)
        {
            // A caller that gives up has spent its turn all the same: that only makes the budget stricter.
            await Task.Delay(wait, timeProvider, cancellationToken);
        }

        return Allowed;
    }

    private Lease? Reserve(TimeSpan longest, out TimeSpan wait)
    {
        lock (gate)
        {
            var now = timeProvider.GetElapsedTime(started);
            var free = allowedAt[next] + window ?? now;
            wait = free > now ? free - now : TimeSpan.Zero;
            if (wait > longest)
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
