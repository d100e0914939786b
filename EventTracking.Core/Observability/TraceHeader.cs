using System.Diagnostics;

namespace EventTracking.Core.Observability;

/// <summary>
/// A trace context in X-Ray's notation: <c>Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1</c>.
/// It carries the same data as W3C's trace context, so that each can be converted to the other.
/// </summary>
internal static class TraceHeader
{
    /// <summary>The system attribute of an SQS message that carries the header. It counts toward neither the message size nor the number of attributes.</summary>
    public const string MessageAttribute = "AWSTraceHeader";

    private const int RootLength = 35;
    private const int SpanLength = 16;
    private const int TimeLength = 8;

    /// <summary>The header of the current activity; null if nothing is traced.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? Write(activity.Context) : null;

    /// <summary>Converts a W3C trace id of 32 hexadecimal digits to X-Ray's notation.</summary>
    public static string TraceIdOf(string traceId) => $"1-{traceId[..TimeLength]}-{traceId[TimeLength..]}";

    public static string Write(ActivityContext context) =>
        $"Root={TraceIdOf(context.TraceId.ToHexString())};Parent={context.SpanId.ToHexString()};Sampled={(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? 1 : 0)}";

    /// <summary>Reads a header; returns the default if it has no trace or no parent. Other parts, the order of the parts, and spaces do not matter.</summary>
    public static ActivityContext Read(string? header)
    {
        var (root, parent, sampled) = ("", "", false);
        foreach (var part in header?.Split(';', StringSplitOptions.TrimEntries) ?? [])
        {
            switch (part.Split('=', 2, StringSplitOptions.TrimEntries))
            {
                case ["Root", var value]:
                    root = value;
                    break;
                case ["Parent", var value]:
                    parent = value;
                    break;
                case ["Sampled", "1"]:
                    sampled = true;
                    break;
            }
        }

        var named = root.Length == RootLength && root.StartsWith("1-", StringComparison.Ordinal) && root[TimeLength + 2] == '-' && parent.Length == SpanLength;
        return named && ActivityContext.TryParse($"00-{root[2..10]}{root[11..]}-{parent}-{(sampled ? "01" : "00")}", null, isRemote: true, out var context) ? context : default;
    }
}
