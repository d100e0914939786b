using System.Net;
using System.Text;
using System.Text.Json;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// The body of a delivery. Its format depends on the template that was registered, so all usual spellings of the keys are
/// accepted, and both JSON and form encoding regardless of the content type.
/// </summary>
internal sealed record BrightpearlMessage
{
    private static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public string? FullEvent { get; private set; }

    public string? ResourceType { get; private set; }

    public string? LifecycleEvent { get; private set; }

    public string? ResourceSpecifier { get; private set; }

    public string? RaisedOn { get; private set; }

    public string? Ids { get; private set; }

    /// <summary>Reads as much as possible. The message is empty if the body is neither a JSON object nor a form.</summary>
    public static BrightpearlMessage Read(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        body = body.Trim(" \t\r\n"u8);
        if (!body.StartsWith("{"u8))
        {
            return ReadForm(Encoding.UTF8.GetString(body));
        }

        var message = new BrightpearlMessage();
        try
        {
            message.ReadJson(body);
        }
        catch (JsonException)
        {
            // Keep what was read before the error; the delivery itself is stored byte for byte anyway.
        }

        return message;
    }

    private static BrightpearlMessage ReadForm(string text)
    {
        var message = new BrightpearlMessage();
        foreach (var pair in text.AsSpan().Split('&'))
        {
            var field = text.AsSpan(pair);
            var equals = field.IndexOf('=');
            if (equals > 0)
            {
                message.Set(WebUtility.UrlDecode(field[..equals].ToString()), WebUtility.UrlDecode(field[(equals + 1)..].ToString()));
            }
        }

        return message;
    }

    private void ReadJson(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, Lenient);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader);
            reader.Read();
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
            {
                Set(name, Text(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    // Utf8JsonReader.GetString throws for bytes that are not UTF-8 and for half a surrogate pair.
    private static string Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }

        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private void Set(string name, string value)
    {
        value = value.Trim();
        if (value.Length == 0)
        {
            return;
        }

        switch (name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant())
        {
            case "fullevent":
                FullEvent ??= value;
                break;
            case "resourcetype":
                ResourceType ??= value;
                break;
            case "lifecycleevent":
                LifecycleEvent ??= value;
                break;
            case "resourcespecifier":
                ResourceSpecifier ??= value;
                break;
            case "raisedon":
                RaisedOn ??= value;
                break;
            case "id" or "ids" or "idset" or "resourceid" or "resourceids":
                Ids ??= value;
                break;
            default:
                break;
        }
    }
}
