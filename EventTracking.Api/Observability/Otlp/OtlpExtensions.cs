using EventTracking.Api.Observability.XRay;
using EventTracking.Core.Observability;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EventTracking.Api.Observability.Otlp;

/// <summary>Sends spans and metrics over OTLP if an endpoint is set. OpenTelemetry's own variables configure the rest.</summary>
internal static class OtlpExtensions
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static bool IsWanted(IConfiguration configuration) => configuration[Endpoint] is { Length: > 0 };

    public static void AddOtlp(this IServiceCollection services) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService("event-tracking").AddEnvironmentVariableDetector())
        .WithTracing(traces => traces.AddSource(EventTrackingActivity.SourceName, XRayExporter.RequestSource).AddProcessor<RequestTags>().AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddMeter(EventTrackingMeter.Name).AddOtlpExporter());
}
