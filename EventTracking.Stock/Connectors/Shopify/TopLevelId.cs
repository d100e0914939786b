using System.Buffers.Text;
using System.Text.Json;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Finds an id among the first-level properties of a JSON object without reading the rest of it.</summary>
internal static class TopLevelId
{
    private const int MaxIdLength = 19;

    /// <summary>Returns the positive id, which may be a number or a string; null if there is none or the body is not JSON.</summary>
    public static long? Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader(WebhookBody.TextOf(body), WebhookBody.Lenient);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = IsNamed(ref reader, name);
                reader.Read();
                if (found)
                {
                    return Read(ref reader);
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // An authentic delivery is never refused for its format; its entity just stays unknown.
        }

        return null;
    }

    private static bool IsNamed(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            // The name contains an escaped half of a surrogate pair, which the reader accepts but which is not text, so it cannot match.
            return false;
        }
    }

    private static long? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String) || reader.ValueSpan.Length is 0 or > MaxIdLength)
        {
            return null;
        }

        // The id must be the whole token: 10.5 and 1e3 are not ids.
        return Utf8Parser.TryParse(reader.ValueSpan, out long id, out var length) && length == reader.ValueSpan.Length && id > 0 ? id : null;
    }
}
