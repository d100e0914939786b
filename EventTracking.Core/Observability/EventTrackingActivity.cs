using System.Diagnostics;

namespace EventTracking.Core.Observability;

/// <summary>The activity source of all spans of the engine and its integrations.</summary>
public static class EventTrackingActivity
{
    /// <summary>The name to subscribe to, for both X-Ray and OTLP.</summary>
    public const string SourceName = "EventTracking";

    /// <summary>The source with which to start spans.</summary>
    public static ActivitySource Source { get; } = new(SourceName);
}
