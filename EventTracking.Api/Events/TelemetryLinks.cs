using System.Globalization;
using EventTracking.Core.Backends;
using EventTracking.Core.Events;
using EventTracking.Core.Observability;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Events;

/// <summary>The addresses of an event's trace and log lines: as the settings say, or else, for traces on AWS, in the X-Ray console.</summary>
internal sealed class TelemetryLinks(IConfiguration configuration, IOptions<TelemetryOptions> options)
{
    private const int TraceIdLength = 32;
    private const string TraceId = "{traceId}";

    /// <summary>Clocks of log lines and of the record may differ, and lines are written around what the record notes.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly string? region = string.Equals(configuration[BackendExtensions.Setting], "Aws", StringComparison.OrdinalIgnoreCase) ? configuration["AWS_REGION"] : null;

    public string? TraceOf(EventRecord record) => record.Event.TraceId switch
    {
        null => null,
        var traceId when !string.IsNullOrEmpty(options.Value.TraceUrl) => options.Value.TraceUrl.Replace(TraceId, Uri.EscapeDataString(traceId), StringComparison.Ordinal),
        { Length: TraceIdLength } traceId when !string.IsNullOrEmpty(region) => $"https://{region}.{Console(region)}/xray/home?region={region}#/traces/{TraceHeader.TraceIdOf(traceId)}",
        _ => null,
    };

    /// <summary>From when the event arrived until a little after its last change.</summary>
    public string? LogsOf(EventRecord record) =>
        options.Value.LogsUrl is not { Length: > 0 } template || (record.Event.TraceId is null && template.Contains(TraceId, StringComparison.Ordinal))
            ? null
            : template
                .Replace("{eventId}", record.Id.ToString(), StringComparison.Ordinal)
                .Replace(TraceId, Uri.EscapeDataString(record.Event.TraceId ?? ""), StringComparison.Ordinal)
                .Replace("{from}", Text(record.Event.ReceivedAt - Margin), StringComparison.Ordinal)
                .Replace("{to}", Text(record.UpdatedAt + Margin), StringComparison.Ordinal);

    private static string Text(DateTimeOffset time) => Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));

    private static string Console(string region) =>
        region.StartsWith("cn-", StringComparison.Ordinal) ? "console.amazonaws.cn"
        : region.StartsWith("us-gov-", StringComparison.Ordinal) ? "console.amazonaws-us-gov.com"
        : "console.aws.amazon.com";
}
