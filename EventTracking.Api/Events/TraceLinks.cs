using EventTracking.Core.Backends;
using EventTracking.Core.Observability;

namespace EventTracking.Api.Events;

/// <summary>
/// URLs of traces: as the setting <c>EventTracking:TraceUrl</c> says, e.g.
/// <c>https://traces.example.com/trace/{traceId}</c>, or else, on AWS, in the X-Ray console.
/// </summary>
internal sealed class TraceLinks(IConfiguration configuration)
{
    public const string Setting = "EventTracking:TraceUrl";

    private const int TraceIdLength = 32;

    private readonly string? template = configuration[Setting];
    private readonly string? region = string.Equals(configuration[BackendExtensions.Setting], "Aws", StringComparison.OrdinalIgnoreCase) ? configuration["AWS_REGION"] : null;

    public string? For(string? traceId) => traceId switch
    {
        null => null,
        _ when !string.IsNullOrEmpty(template) => template.Replace("{traceId}", traceId, StringComparison.Ordinal),
        { Length: TraceIdLength } when !string.IsNullOrEmpty(region) => $"https://{region}.{Console(region)}/xray/home?region={region}#/traces/{TraceHeader.TraceIdOf(traceId)}",
        _ => null,
    };

    private static string Console(string region) =>
        region.StartsWith("cn-", StringComparison.Ordinal) ? "console.amazonaws.cn"
        : region.StartsWith("us-gov-", StringComparison.Ordinal) ? "console.amazonaws-us-gov.com"
        : "console.aws.amazon.com";
}
