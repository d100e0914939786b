namespace EventTracking.Tests.Backends.Aws;

/// <summary>The system clock, set ahead.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private TimeSpan ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;

    public void Advance(TimeSpan time) => ahead += time;
}
