namespace EventTracking.Core.Backends.Embedded.Queue;

/// <summary>
/// The clock by which the queue hides items: the wall clock when the process started, and the monotonic clock since. Setting the wall
/// clock neither shows an item early nor hides it for longer. After a restart, <see cref="QueueTable.ReleaseInFlight"/> adjusts what
/// another clock has hidden.
/// </summary>
internal sealed class QueueClock(TimeProvider time)
{
    private readonly DateTimeOffset begun = time.GetUtcNow();
    private readonly long started = time.GetTimestamp();

    public DateTimeOffset Now => begun + time.GetElapsedTime(started);

    /// <summary>Hides an item for this long from now.</summary>
    public Hidden Hide(TimeSpan delay)
    {
        var now = Now;
        return new Hidden(now, now + delay);
    }
}
