using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;

namespace EventTracking.Api.Observability.XRay;

/// <summary>Writes a span as a datagram for the X-Ray daemon: a header line, and a subsegment as one JSON document.</summary>
internal sealed class SubsegmentWriter(SecretRedactor redactor, string? region)
{
    /// <summary>The largest datagram that the daemon receives and X-Ray accepts.</summary>
    public const int MaxDocumentBytes = 64 * 1000;

    private const int MaxNameLength = 200;
    private const int MaxTextLength = 500;
    private const int MaxLinks = 20;
    private const string NameCharacters = "_.:/%&#=+\\-@ ";

    // Tags that traces can be searched by; all others are at most shown in the trace.
    private static readonly (string Tag, string Annotation)[] Annotations =
    [
        ("event.id", "event_id"),
        ("event.source", "source"),
        ("event.function", "function"),
        ("event.entity", "entity"),
        ("event.attempt", "attempt"),
        ("event.status", "status"),
        ("error.type", "error"),
    ];

    private static readonly (string Tag, string Member)[] AwsMembers =
    [
        ("rpc.method", "operation"),
        ("aws.dynamodb.table", "table_name"),
        ("aws.sqs.queue_url", "queue_url"),
        ("aws.s3.bucket", "bucket_name"),
        ("aws.request_id", "request_id"),
    ];

    // The output is never part of an HTML page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ReadOnlySpan<byte> Header => "{\"format\":\"json\",\"version\":1}\n"u8;

    /// <summary>The datagram, which is always small enough: if the causes of a failure are too long, only the first is included, in short.</summary>
    public ReadOnlySpan<byte> Write(Activity activity)
    {
        var datagram = Write(activity, CauseWriter.Full);
        return (datagram.WrittenCount > MaxDocumentBytes ? Write(activity, CauseWriter.Short) : datagram).WrittenSpan;
    }

    private ArrayBufferWriter<byte> Write(Activity activity, CauseLimits limits)
    {
        var datagram = new ArrayBufferWriter<byte>(1024);
        datagram.Write(Header);
        using var json = new Utf8JsonWriter(datagram, Options);
        json.WriteStartObject();
        json.WriteString("name", Name(activity));
        json.WriteString("id", activity.SpanId.ToHexString());
        json.WriteString("trace_id", TraceHeader.TraceIdOf(activity.TraceId.ToHexString()));
        json.WriteString("parent_id", activity.ParentSpanId.ToHexString());
        json.WriteString("type", "subsegment");
        json.WriteNumber("start_time", Seconds(activity.StartTimeUtc));
        json.WriteNumber("end_time", Seconds(activity.StartTimeUtc + activity.Duration));
        if (activity.Kind == ActivityKind.Client)
        {
            json.WriteString("namespace", IsAws(activity) ? "aws" : "remote");
        }

        WriteFlags(json, activity);
        WriteHttp(json, activity);
        WriteAws(json, activity);
        WriteAnnotations(json, activity);
        WriteLinks(json, activity);
        CauseWriter.Write(json, activity, limits, Text);
        json.WriteEndObject();
        return datagram;
    }

    private static decimal Seconds(DateTime time) => decimal.Round((time - DateTime.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond, 6);

    private static bool IsAws(Activity activity) => activity.GetTagItem("rpc.system") is "aws-api";

    private static string Name(Activity activity)
    {
        var name = activity.Source.Name == XRayExporter.RequestSource && activity.GetTagItem(RequestTrace.Route) is null ? "request" : activity.DisplayName;
        return string.Create(Math.Min(name.Length, MaxNameLength), name, static (to, from) =>
        {
            for (var index = 0; index < to.Length; index++)
            {
                to[index] = char.IsLetterOrDigit(from[index]) || NameCharacters.Contains(from[index], StringComparison.Ordinal) ? from[index] : '_';
            }
        });
    }

    /// <summary>Fault marks a failed span, error a rejected request (4xx), throttle a throttled one.</summary>
    private static void WriteFlags(Utf8JsonWriter json, Activity activity)
    {
        var status = activity.GetTagItem("http.response.status_code") as int? ?? 0;
        var throttled = status == 429 || (activity.GetTagItem("error.type") as string)?.EndsWith("/throttled", StringComparison.Ordinal) == true;
        if (throttled || status is >= 400 and < 500)
        {
            json.WriteBoolean("error", true);
        }
        else if (status >= 500 || activity.Status == ActivityStatusCode.Error)
        {
            json.WriteBoolean("fault", true);
        }

        if (throttled)
        {
            json.WriteBoolean("throttle", true);
        }
    }

    /// <summary>Requests are named by their route, because the path of a webhook may be a secret, and never include the query.</summary>
    private void WriteHttp(Utf8JsonWriter json, Activity activity)
    {
        if (IsAws(activity) || activity.GetTagItem("http.request.method") is not string method)
        {
            return;
        }

        json.WriteStartObject("http");
        json.WriteStartObject("request");
        json.WriteString("method", method);
        if (activity.GetTagItem(RequestTrace.Route) is string route)
        {
            json.WriteString("url", route);
        }
        else if (activity.Kind == ActivityKind.Client)
        {
            json.WriteString("url", Text($"https://{activity.GetTagItem("server.address")}{activity.GetTagItem("url.path")}", MaxTextLength));
        }

        json.WriteEndObject();
        if (activity.GetTagItem("http.response.status_code") is int status)
        {
            json.WriteStartObject("response");
            json.WriteNumber("status", status);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteAws(Utf8JsonWriter json, Activity activity)
    {
        if (!IsAws(activity))
        {
            return;
        }

        json.WriteStartObject("aws");
        foreach (var (tag, member) in AwsMembers)
        {
            if (activity.GetTagItem(tag) is string value)
            {
                json.WriteString(member, Text(value, MaxTextLength));
            }
        }

        if (region is not null)
        {
            json.WriteString("region", region);
        }

        json.WriteNumber("retries", activity.GetTagItem("http.request.resend_count") as int? ?? 0);
        json.WriteEndObject();
        if (activity.GetTagItem("http.response.status_code") is int status)
        {
            json.WriteStartObject("http");
            json.WriteStartObject("response");
            json.WriteNumber("status", status);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private void WriteAnnotations(Utf8JsonWriter json, Activity activity)
    {
        json.WriteStartObject("annotations");
        foreach (var (tag, annotation) in Annotations)
        {
            switch (activity.GetTagItem(tag))
            {
                case int number:
                    json.WriteNumber(annotation, number);
                    break;
                case { } value:
                    json.WriteString(annotation, Text(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", MaxTextLength));
                    break;
            }
        }

        if (!IsAws(activity) && activity.GetTagItem("http.request.resend_count") is int and > 0 and var retries)
        {
            json.WriteNumber("retries", retries);
        }

        json.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter json, Activity activity)
    {
        var links = activity.Links.Take(MaxLinks).ToList();
        if (links.Count == 0)
        {
            return;
        }

        json.WriteStartArray("links");
        foreach (var link in links)
        {
            json.WriteStartObject();
            json.WriteString("trace_id", TraceHeader.TraceIdOf(link.Context.TraceId.ToHexString()));
            json.WriteString("id", link.Context.SpanId.ToHexString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Masks secrets before truncating, because half a secret would not be recognised.</summary>
    private string Text(string text, int longest)
    {
        var masked = redactor.Redact(text);
        return masked.Length <= longest ? masked : masked[..longest];
    }
}
