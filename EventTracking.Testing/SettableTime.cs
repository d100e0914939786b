using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Testing;

/// <summary>
/// A clock that stands still until a test advances it, and that a test can also set, as somebody sets the clock of a machine: only what
/// it shows changes. Timers and the monotonic clock go on.
/// </summary>
internal sealed class SettableTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan wrong;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + wrong;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Sets the clock ahead, or back.</summary>
    public void Set(TimeSpan ahead) => wrong += ahead;
}
