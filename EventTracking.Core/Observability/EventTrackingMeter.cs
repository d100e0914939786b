namespace EventTracking.Core.Observability;

/// <summary>The one meter of the product and its integrations.</summary>
public static class EventTrackingMeter
{
    /// <summary>
    /// An integration creates its instruments on the meter of this name. OTLP gets them as they are; CloudWatch gets each as a
    /// sum for the service, under its name in Pascal case: <c>drift.found</c> becomes <c>DriftFound</c>.
    /// </summary>
    public const string Name = "EventTracking";
}
