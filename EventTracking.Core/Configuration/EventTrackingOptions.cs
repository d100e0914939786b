namespace EventTracking.Core.Configuration;

/// <summary>Settings of the engine, from the configuration section <c>EventTracking</c>.</summary>
public sealed class EventTrackingOptions
{
    /// <summary>The section's name.</summary>
    internal const string Section = "EventTracking";

    /// <summary>Folder of the embedded backend: database, payload segments, keys.</summary>
    public string DataPath { get; set; } = "data";

    /// <summary>Attempts of one event before it fails for good; a replay starts the count anew.</summary>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>Backoff before the second attempt; it triples from there, with full jitter.</summary>
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest backoff.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an event may wait for an entity before it fails.</summary>
    public TimeSpan WaitLimit { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Time between two runs of the sweeper.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Days after which the record of a final event is deleted.</summary>
    public int RecordRetentionDays { get; set; } = 400;

    /// <summary>Days after which a payload is deleted; its event can then be read but not replayed.</summary>
    public int PayloadRetentionDays { get; set; } = 365;
}
