namespace EventTracking.Tests.Backends.Aws;

/// <summary>The system clock, set ahead or back. Timers and the monotonic clock are those of the system.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private TimeSpan ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;

    public void Advance(TimeSpan time) => ahead += time;
}
