using System.Diagnostics.Metrics;
using System.Globalization;
using EventTracking.Core.Observability;

namespace EventTracking.Api.Observability.Emf;

/// <summary>The dimensions of a metric. Each combination of values is billed as a metric, so there are few, and never ids.</summary>
internal enum EmfScope
{
    /// <summary>The process as a whole.</summary>
    Service,

    /// <summary>The function.</summary>
    Function,

    /// <summary>The source of the event and the function.</summary>
    Source,
}

/// <summary>A metric in CloudWatch and the measurement that it is computed from.</summary>
internal readonly record struct EmfMetric(string Name, EmfScope Scope)
{
    public const string Failed = "Failed";

    /// <summary>The name of the same metric for the whole service, because an alarm cannot add up dimensions. A line has one value per name.</summary>
    public const string Failures = "Failures";

    /// <summary>Null for a measurement that is not sent to CloudWatch.</summary>
    public static EmfMetric? Of(Instrument instrument, EmfLabels labels) => instrument.Name switch
    {
        EventTrackingMetrics.ReceivedEvents => new("Received", EmfScope.Source),
        EventTrackingMetrics.DuplicateEvents => new("Duplicates", EmfScope.Source),
        EventTrackingMetrics.Outcomes => labels.Status == "retrying" ? new("Retried", EmfScope.Source) : new(Capital(labels.Status), EmfScope.Source),
        EventTrackingMetrics.Replays => new("Replayed", EmfScope.Function),
        EventTrackingMetrics.FencedAttempts => new("Fenced", EmfScope.Function),
        EventTrackingMetrics.Postponements => new("Postponed", EmfScope.Function),
        EventTrackingMetrics.QueueAge => new("QueueAge", EmfScope.Function),
        EventTrackingMetrics.HandlerTime => new("HandlerTime", EmfScope.Function),
        EventTrackingMetrics.CompletionTime => new("CompletionTime", EmfScope.Function),
        _ when instrument is Counter<long> => new(PascalCase(instrument.Name), EmfScope.Service),
        _ => null,
    };

    private static string Capital(string? word) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(word ?? "unknown");

    /// <summary>An integration's own instruments: <c>drift.found</c> is <c>DriftFound</c>.</summary>
    private static string PascalCase(string name) => Capital(name).Replace(".", "", StringComparison.Ordinal);
}

/// <summary>The tags of a measurement that become dimensions.</summary>
internal readonly record struct EmfLabels(string? Source, string? Function, string? Status)
{
    public static EmfLabels Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = default(EmfLabels);
        foreach (var (key, value) in tags)
        {
            var text = value as string;
            labels = key switch
            {
                EventTrackingMetrics.Source => labels with { Source = text },
                EventTrackingMetrics.Function => labels with { Function = text },
                EventTrackingMetrics.Status => labels with { Status = text },
                _ => labels,
            };
        }

        return labels;
    }
}
