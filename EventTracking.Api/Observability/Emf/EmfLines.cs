using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EventTracking.Api.Observability.Emf;

/// <summary>
/// Writes metrics in the embedded metric format. A line has one value per dimension, so metrics by source and function take a
/// line for each pair; metrics of a function, or of the service, join the first line that they fit into.
/// </summary>
internal sealed class EmfLines(string metricNamespace, string service, TimeProvider time)
{
    private const string Source = "source";
    private const string Function = "function";
    private const string Service = "service";

    // The output is never part of an HTML page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IEnumerable<string> Write(IReadOnlyDictionary<EmfKey, Dictionary<string, EmfSeries>> measured)
    {
        var left = measured.Keys.Where(key => key.Source is null).ToHashSet();
        foreach (var key in measured.Keys.OrderByDescending(key => key.Source is not null).ThenByDescending(key => key.Function is not null))
        {
            if (key.Source is null && !left.Contains(key))
            {
                continue;
            }

            EmfKey[] joined = [.. new[] { key with { Source = null }, default }.Where(other => other != key && left.Contains(other))];
            left.ExceptWith([key, .. joined]);
            List<KeyValuePair<EmfKey, Dictionary<string, EmfSeries>>> groups = [.. new[] { key }.Concat(joined).Select(each => KeyValuePair.Create(each, measured[each]))];
            var lines = groups.Max(group => group.Value.Values.Max(series => series.Lines));
            for (var line = 0; line < lines; line++)
            {
                yield return Write(groups, line);
            }
        }
    }

    private string Write(IReadOnlyList<KeyValuePair<EmfKey, Dictionary<string, EmfSeries>>> all, int line)
    {
        var groups = all.Where(group => group.Value.Values.Any(series => series.IsIn(line))).ToList();
        var text = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(text, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("_aws");
            json.WriteNumber("Timestamp", time.GetUtcNow().ToUnixTimeMilliseconds());
            json.WriteStartArray("CloudWatchMetrics");
            foreach (var (key, metrics) in groups)
            {
                WriteDirective(json, key, metrics, line);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            WriteDimensions(json, [.. groups.Select(group => group.Key)]);
            foreach (var (name, series) in groups.SelectMany(group => group.Value))
            {
                WriteValues(json, name, series, line);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private void WriteDirective(Utf8JsonWriter json, EmfKey key, Dictionary<string, EmfSeries> metrics, int line)
    {
        json.WriteStartObject();
        json.WriteString("Namespace", metricNamespace);
        json.WriteStartArray("Dimensions");
        json.WriteStartArray();
        foreach (var dimension in key switch { { Source: not null } => (string[])[Source, Function], { Function: not null } => [Function], _ => [Service] })
        {
            json.WriteStringValue(dimension);
        }

        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteStartArray("Metrics");
        foreach (var (name, series) in metrics.Where(metric => metric.Value.IsIn(line)))
        {
            json.WriteStartObject();
            json.WriteString("Name", name);
            json.WriteString("Unit", series.Unit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteDimensions(Utf8JsonWriter json, IReadOnlyList<EmfKey> keys)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)[
            (Source, keys.Select(key => key.Source).FirstOrDefault(value => value is not null)),
            (Function, keys.Select(key => key.Function).FirstOrDefault(value => value is not null)),
            (Service, keys.Contains(default) ? service : null)])
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }

    private static void WriteValues(Utf8JsonWriter json, string name, EmfSeries series, int line)
    {
        if (!series.IsIn(line))
        {
            return;
        }

        if (!series.IsDuration)
        {
            json.WriteNumber(name, series.Count);
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in series.Values(line))
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
