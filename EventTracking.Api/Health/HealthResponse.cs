namespace EventTracking.Api.Health;

/// <summary>The state of the service.</summary>
/// <param name="Status">Always <c>ok</c>; anything else is reported as a problem.</param>
internal sealed record HealthResponse(string Status)
{
    public static HealthResponse Ok { get; } = new("ok");
}
