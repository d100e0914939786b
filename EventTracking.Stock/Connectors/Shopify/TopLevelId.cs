using System.Buffers.Text;
using System.Text.Json;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Finds an id among the first-level properties of a JSON object without reading the rest of it.</summary>
internal static class TopLevelId
{
    private const int MaxIdLength = 19;

    private static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The positive id, written as number or string; null where there is none or the body is no JSON.</summary>
    public static long? Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader(body, Lenient);
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
            // An authentic delivery is never refused for its shape; it is only not known what it is about.
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
            // Half a surrogate pair, escaped: valid for the reader, but no text, so it is no name that is looked for.
            return false;
        }
    }

    private static long? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String) || reader.ValueSpan.Length is 0 or > MaxIdLength)
        {
            return null;
        }

        // The whole token: 10.5 and 1e3 are no ids.
        return Utf8Parser.TryParse(reader.ValueSpan, out long id, out var length) && length == reader.ValueSpan.Length && id > 0 ? id : null;
    }
}
