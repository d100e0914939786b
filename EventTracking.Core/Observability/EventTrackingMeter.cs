namespace EventTracking.Core.Observability;

/// <summary>The meter of all instruments of the engine and its integrations.</summary>
public static class EventTrackingMeter
{
    /// <summary>
    /// The name of the meter on which integrations create their instruments. OTLP exports them as they are. CloudWatch receives each
    /// as a sum for the service, with its name in Pascal case: <c>drift.found</c> becomes <c>DriftFound</c>.
    /// </summary>
    public const string Name = "EventTracking";
}
