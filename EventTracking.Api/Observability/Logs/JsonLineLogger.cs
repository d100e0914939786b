using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventTracking.Core.Observability;
using LogEventId = Microsoft.Extensions.Logging.EventId;

namespace EventTracking.Api.Observability.Logs;

/// <summary>
/// The logger of one category. A line has the values of its message, the event it belongs to and its trace. Of all scopes it
/// includes only our own: the web server's scopes contain paths, and the path of a webhook may be a secret.
/// </summary>
internal sealed class JsonLineLogger(JsonLineLoggerProvider provider, string category) : ILogger
{
    private const string Template = "{OriginalFormat}";

    private readonly LineLimit? limit = LineLimit.For(category, provider.Time);

    // The output is never part of an HTML page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => provider.Scopes?.Push(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, LogEventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var isLast = false;
        if (limit?.Allows(out isLast) is false)
        {
            return;
        }

        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", provider.Time.GetUtcNow().UtcDateTime);
            json.WriteString("level", logLevel.ToString());
            json.WriteString("category", category);
            json.WriteString("message", provider.Redact(formatter(state, exception)));
            WriteValues(json, state);
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
            {
                json.WriteString("traceId", activity.TraceId.ToHexString());
            }

            if (isLast)
            {
                json.WriteString("omitted", "further lines of this category within the minute");
            }

            if (exception is not null)
            {
                json.WriteString("exception", provider.Redact(exception.ToString()));
            }

            json.WriteEndObject();
        }

        provider.Write(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private void WriteValues<TState>(Utf8JsonWriter json, TState state)
    {
        HashSet<string> written = ["time", "level", "category", "message", "traceId", "omitted", "exception"];
        foreach (var (key, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(key);
            if (key == Template || value is null || !written.Add(name))
            {
                continue;
            }

            if (value is int or long)
            {
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
            }
            else
            {
                json.WriteString(name, provider.Redact(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
            }
        }

        if (!written.Contains("eventId"))
        {
            provider.Scopes?.ForEachScope(
                static (scope, json) =>
                {
                    if (scope is LogScope of)
                    {
                        json.WriteString("eventId", of.EventId);
                    }
                },
                json);
        }
    }
}
