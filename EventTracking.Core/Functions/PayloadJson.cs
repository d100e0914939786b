using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Functions;

/// <summary>Reads payloads as JSON. Its errors are permanent, so an event with a malformed payload fails at once instead of being retried.</summary>
public static class PayloadJson
{
    /// <summary>Templates that people write end lists with commas and contain comments.</summary>
    private static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Deserializes the body to a message. A byte order mark, comments and trailing commas are skipped.</summary>
    /// <param name="payload">The payload that arrived.</param>
    /// <param name="type">The source-generated metadata of the message type.</param>
    /// <exception cref="FunctionException">The body is not JSON or does not have this shape: permanent.</exception>
    public static TMessage ReadJson<TMessage>(this PayloadRecord payload, JsonTypeInfo<TMessage> type)
        where TMessage : notnull
    {
        ArgumentNullException.ThrowIfNull(payload);
        var body = payload.Body.Span;
        if (body.IsEmpty)
        {
            throw new FunctionException($"The payload is empty, but must be a {typeof(TMessage).Name} in JSON.", "payload/invalid-json", transient: false);
        }

        try
        {
            var reader = new Utf8JsonReader(body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body, Lenient);
            var message = JsonSerializer.Deserialize(ref reader, type);

            // Throws for anything but white space and comments, as deserializing the whole text would.
            reader.Read();
            return message ?? throw new FunctionException($"The payload is JSON null, but must be a {typeof(TMessage).Name}.", "payload/null", transient: false);
        }
        catch (JsonException exception)
        {
            throw new FunctionException($"The payload cannot be read as {typeof(TMessage).Name}: {exception.Message}", "payload/invalid-json", transient: false, exception);
        }
    }
}
