using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EventTracking.Core.Secrets;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>An exception as Lambda and X-Ray show it, with known secrets masked.</summary>
internal sealed class ErrorReport(Exception exception, SecretRedactor? redactor)
{
    private const int MaxFrames = 20;
    private const int MaxExceptions = 5;
    private const int MaxMessageLength = 500;

    /// <summary>Lambda keeps only types of this form: Function or Runtime, a dot, letters.</summary>
    public static string TypeOf(string origin, Exception exception) => $"{origin}.{string.Concat(exception.GetType().Name.Where(char.IsAsciiLetter))}";

    public ReadOnlyMemory<byte> Write() => Json(json =>
    {
        json.WriteString("errorMessage", Masked(exception.Message));
        json.WriteString("errorType", exception.GetType().Name);
        json.WriteStartArray("stackTrace");
        foreach (var frame in Frames(exception))
        {
            json.WriteStringValue(frame);
        }

        json.WriteEndArray();
    });

    /// <summary>The value of a header: one line of ASCII, well below the 64 KB that X-Ray accepts.</summary>
    public string XRayCause() => Encoding.ASCII.GetString(Json(json =>
    {
        json.WriteString("working_directory", Environment.CurrentDirectory);
        json.WriteStartArray("exceptions");
        var current = exception;
        for (var depth = 0; current is not null && depth < MaxExceptions; depth++, current = current.InnerException)
        {
            WriteException(json, current);
        }

        json.WriteEndArray();
        json.WriteStartArray("paths");
        json.WriteEndArray();
    }).Span);

    private void WriteException(Utf8JsonWriter json, Exception current)
    {
        var message = Masked(current.Message);
        json.WriteStartObject();
        json.WriteString("type", current.GetType().Name);
        json.WriteString("message", message.Length > MaxMessageLength ? message[..MaxMessageLength] : message);
        json.WriteStartArray("stack");
        foreach (var frame in Frames(current))
        {
            // "Type.Method(Arguments) in file:line 12"; a native build has no files.
            var (label, place) = Cut(frame, " in ");
            var (path, line) = Cut(place, ":line ");
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteNumber("line", int.TryParse(line, CultureInfo.InvariantCulture, out var number) ? number : 0);
            json.WriteString("label", label);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private string Masked(string text) => redactor?.Redact(text) ?? text;

    private static IEnumerable<string> Frames(Exception exception) => (exception.StackTrace ?? "")
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Take(MaxFrames)
        .Select(frame => frame.StartsWith("at ", StringComparison.Ordinal) ? frame[3..] : frame);

    private static (string Before, string After) Cut(string text, string at) =>
        text.IndexOf(at, StringComparison.Ordinal) is var index and >= 0 ? (text[..index], text[(index + at.Length)..]) : (text, "");

    // The default encoder, which writes ASCII only.
    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
