using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// The body of a response that may name errors. Shopify and Brightpearl name them in several forms: a text, a list of texts or
/// objects, or an object with a field's name and what is wrong with it. Gateways in front of them send pages that are not JSON.
/// </summary>
internal sealed class RemoteBody
{
    private const int MaxErrors = 20;
    private const int MaxBytesShown = 64 * 1024;

    // Escapes would hide a secret from the redactor: Brightpearl quotes a rejected token, with every '=' as an escape.
    private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private RemoteBody(JsonElement? json, string text)
    {
        Json = json;
        Text = text;
        Errors = json is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("errors", out var errors) ? [.. ErrorsOf(errors).Take(MaxErrors)] : [];
    }

    /// <summary>The JSON; null if the body is something else.</summary>
    public JsonElement? Json { get; }

    /// <summary>The text, without escapes; only the beginning of a long one.</summary>
    public string Text { get; }

    /// <summary>What the member <c>errors</c> names. An element without words is an error too.</summary>
    public IReadOnlyList<RemoteError> Errors { get; }

    /// <summary>The errors or, if there are none, what a failed response says in other ways.</summary>
    public IReadOnlyList<RemoteError> Words =>
        Errors.Count > 0 || Json is not { ValueKind: JsonValueKind.Object } root ? Errors
        : Member(root, "error") is { } error ? [new(error, Member(root, "error_description"))]

        // Brightpearl explains a 401 in this way: {"response":"Authorization token expired"}.
        : Member(root, "response") is { } response ? [new(null, response)]
        : [];

    public static RemoteBody Read(ReadOnlyMemory<byte> body)
    {
        var bytes = body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var json = document.RootElement.Clone();
            return new RemoteBody(json, Relaxed(json));
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            return new RemoteBody(null, Beginning(bytes.Span));
        }
    }

    /// <summary>Whether a text is not JSON, or escapes half of a surrogate pair, which no text can hold.</summary>
    public static bool IsUnreadable(Exception exception) => exception is JsonException or InvalidOperationException;

    private static IEnumerable<RemoteError> ErrorsOf(JsonElement errors) => errors.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => [],
        JsonValueKind.String when errors.ValueEquals("") => [],
        JsonValueKind.Array => errors.EnumerateArray().Select(ErrorOf),
        JsonValueKind.Object when !IsError(errors) => errors.EnumerateObject().Select(field => new RemoteError(null, $"{field.Name}: {WordsOf(field.Value)}")),
        _ => [ErrorOf(errors)],
    };

    private static bool IsError(JsonElement json) => json.TryGetProperty("message", out _) || json.TryGetProperty("code", out _);

    private static RemoteError ErrorOf(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.Null)
        {
            return new RemoteError(null, null);
        }

        if (error.ValueKind != JsonValueKind.Object)
        {
            return new RemoteError(null, WordsOf(error));
        }

        var code = error.TryGetProperty("extensions", out var extensions) && extensions.ValueKind == JsonValueKind.Object ? Member(extensions, "code") : null;
        code ??= Member(error, "code");
        var message = Member(error, "message");
        return code is null && message is null ? new RemoteError(null, WordsOf(error)) : new RemoteError(code, message);
    }

    private static string WordsOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Array => string.Join(", ", json.EnumerateArray().Take(MaxErrors).Select(WordsOf)),
        _ => Relaxed(json),
    };

    private static string? Member(JsonElement json, string name) => json.TryGetProperty(name, out var member)
        ? member.ValueKind switch
        {
            JsonValueKind.String => member.GetString(),
            JsonValueKind.Number => member.GetRawText(),
            _ => null,
        }
        : null;

    private static string Relaxed(JsonElement json)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Unescaped))
        {
            json.WriteTo(writer);
        }

        return Beginning(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static string Beginning(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxBytesShown)]);
}
