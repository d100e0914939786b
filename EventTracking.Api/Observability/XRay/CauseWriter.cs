using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventTracking.Api.Observability.XRay;

/// <summary>How much detail about the failure of a span is written.</summary>
internal sealed record CauseLimits(int Exceptions, int Frames, int Text);

/// <summary>Writes the exceptions that a span has as events: the first ended the span, each further one is the cause of the previous one.</summary>
internal static partial class CauseWriter
{
    private const int MaxFrameLength = 200;

    public static readonly CauseLimits Full = new(10, 40, 1000);
    public static readonly CauseLimits Short = new(1, 5, 250);

    public static void Write(Utf8JsonWriter json, Activity activity, CauseLimits limits, Func<string, int, string> text)
    {
        var exceptions = activity.Events.Where(occurred => occurred.Name == "exception").Take(limits.Exceptions).ToList();
        if (exceptions.Count == 0)
        {
            return;
        }

        var ids = exceptions.ConvertAll(_ => ActivitySpanId.CreateRandom().ToHexString());
        json.WriteStartObject("cause");
        json.WriteStartArray("exceptions");
        for (var index = 0; index < exceptions.Count; index++)
        {
            json.WriteStartObject();
            json.WriteString("id", ids[index]);
            json.WriteString("type", text(Tag(exceptions[index], "exception.type"), MaxFrameLength));
            json.WriteString("message", text(Tag(exceptions[index], "exception.message"), limits.Text));
            WriteStack(json, Tag(exceptions[index], "exception.stacktrace"), limits, text);
            if (index + 1 < exceptions.Count)
            {
                json.WriteString("cause", ids[index + 1]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStack(Utf8JsonWriter json, string stack, CauseLimits limits, Func<string, int, string> text)
    {
        var lines = stack.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0)
        {
            return;
        }

        json.WriteStartArray("stack");
        foreach (var line in lines.Take(limits.Frames))
        {
            var frame = Frame().Match(line);
            json.WriteStartObject();
            json.WriteString("label", text(frame.Success ? frame.Groups["method"].Value : line, MaxFrameLength));
            if (frame.Groups["path"].Success)
            {
                json.WriteString("path", text(frame.Groups["path"].Value, MaxFrameLength));
                json.WriteNumber("line", int.Parse(frame.Groups["line"].ValueSpan, CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (lines.Length > limits.Frames)
        {
            json.WriteNumber("truncated", lines.Length - limits.Frames);
        }
    }

    private static string Tag(ActivityEvent exception, string name)
    {
        foreach (var (key, value) in exception.Tags)
        {
            if (key == name)
            {
                return value as string ?? "";
            }
        }

        return "";
    }

    [GeneratedRegex(@"^at (?<method>.*?)(?: in (?<path>.+):line (?<line>\d{1,9}))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Frame();
}
