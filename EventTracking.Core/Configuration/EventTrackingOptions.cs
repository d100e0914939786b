namespace EventTracking.Core.Configuration;

/// <summary>Settings of the engine, bound to the configuration section <c>EventTracking</c>.</summary>
public sealed class EventTrackingOptions
{
    /// <summary>The name of the configuration section.</summary>
    internal const string Section = "EventTracking";

    /// <summary>The folder of the embedded backend, for the database, the payload segments and the keys.</summary>
    public string DataPath { get; set; } = "data";

    /// <summary>The maximum number of attempts before an event fails. A replay or a release restarts the count.</summary>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>The backoff before the second attempt. It triples with each further attempt; full jitter applies.</summary>
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum backoff.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an event may wait for an entity before it fails.</summary>
    public TimeSpan WaitLimit { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The time between two runs of the sweeper.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The number of days after which the record of a final event is deleted.</summary>
    public int RecordRetentionDays { get; set; } = 400;

    /// <summary>The number of days after which a payload is deleted. Its event can then still be read but not replayed.</summary>
    public int PayloadRetentionDays { get; set; } = 365;
}
