using System.Diagnostics;

namespace EventTracking.Core.Observability;

/// <summary>The one activity source of the product: every span it makes comes from here.</summary>
public static class EventTrackingActivity
{
    /// <summary>The name to subscribe to, in X-Ray and OTLP alike.</summary>
    public const string SourceName = "EventTracking";

    /// <summary>Starts spans of the product and its integrations.</summary>
    public static ActivitySource Source { get; } = new(SourceName);
}
