using EventTracking.Api.Documentation;

namespace EventTracking.Api.Health;

/// <summary>The state of the service.</summary>
/// <param name="Status">Anything else is reported as a problem.</param>
internal sealed record HealthResponse([OneOf("Health", "ok")] string Status)
{
    public static HealthResponse Ok { get; } = new("ok");
}
