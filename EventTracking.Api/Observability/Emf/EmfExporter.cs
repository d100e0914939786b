using System.Diagnostics.Metrics;
using EventTracking.Api.Hosting.Lambda;
using EventTracking.Core.Observability;

namespace EventTracking.Api.Observability.Emf;

/// <summary>
/// Aggregates measurements and writes them to the log in CloudWatch's embedded metric format, which needs no calls and no agent. A
/// flush writes one line per source and function, which in most cases is one line.
/// </summary>
internal sealed class EmfExporter : IInvocationEnd, IDisposable
{
    private readonly Lock gate = new();
    private readonly MeterListener listener;
    private readonly EmfLines lines;
    private readonly Action<string> write;
    private Dictionary<EmfKey, Dictionary<string, EmfSeries>> measured = [];
    private int flushesBeforeStart;

    /// <param name="meters">The meters whose instruments are observed.</param>
    /// <param name="lines">Writes the lines.</param>
    /// <param name="write">Writes a line to the log.</param>
    /// <param name="flushesBeforeStart">The number of flushes before the first work of the process, which reports the cold start; negative if starts are not reported.</param>
    public EmfExporter(IMeterFactory meters, EmfLines lines, Action<string> write, int flushesBeforeStart)
    {
        this.lines = lines;
        this.write = write;
        this.flushesBeforeStart = flushesBeforeStart;
        listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == EventTrackingMeter.Name && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => Measure(instrument, tags, series => series.Add(count)));
        listener.SetMeasurementEventCallback<double>((instrument, milliseconds, tags, _) => Measure(instrument, tags, series => series.Add(milliseconds)));
        listener.Start();
    }

    public Task FlushAsync(CancellationToken cancellationToken)
    {
        Dictionary<EmfKey, Dictionary<string, EmfSeries>> taken;
        lock (gate)
        {
            if (flushesBeforeStart-- == 0)
            {
                SeriesOf(default, "ColdStart").Add(1L);
            }

            (taken, measured) = (measured, []);
        }

        foreach (var line in lines.Write(taken))
        {
            write(line);
        }

        return Task.CompletedTask;
    }

    public void Dispose() => listener.Dispose();

    private void Measure(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, Action<EmfSeries> add)
    {
        var labels = EmfLabels.Of(tags);
        if (EmfMetric.Of(instrument, labels) is not { } metric)
        {
            return;
        }

        lock (gate)
        {
            add(SeriesOf(
                metric.Scope switch
                {
                    EmfScope.Source => new EmfKey(labels.Source, labels.Function),
                    EmfScope.Function => new EmfKey(null, labels.Function),
                    _ => default,
                },
                metric.Name));
            if (metric.Name == EmfMetric.Failed)
            {
                add(SeriesOf(default, EmfMetric.Failures));
            }
        }
    }

    private EmfSeries SeriesOf(EmfKey key, string metric)
    {
        if (!measured.TryGetValue(key, out var metrics))
        {
            measured[key] = metrics = [];
        }

        if (!metrics.TryGetValue(metric, out var series))
        {
            metrics[metric] = series = new EmfSeries();
        }

        return series;
    }
}

/// <summary>What metrics belong to: a source's events in a function, a function, or, without either, the service.</summary>
internal readonly record struct EmfKey(string? Source, string? Function);
