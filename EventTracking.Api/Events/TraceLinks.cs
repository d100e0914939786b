namespace EventTracking.Api.Events;

/// <summary>
/// Where a trace can be looked at, from the setting <c>EventTracking:TraceUrl</c>, e.g.
/// <c>https://traces.example.com/trace/{traceId}</c>.
/// </summary>
internal sealed class TraceLinks(IConfiguration configuration)
{
    private readonly string? template = configuration["EventTracking:TraceUrl"];

    public string? For(string? traceId) =>
        string.IsNullOrEmpty(template) || traceId is null ? null : template.Replace("{traceId}", traceId, StringComparison.Ordinal);
}
