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
        var body = payload.Body.Span.StartsWith(ByteOrderMark) ? payload.Body[ByteOrderMark.Length..] : payload.Body;
        if (payload.Body.IsEmpty)
        {
            throw new FunctionException("The payload is empty, but must be JSON.", "payload/invalid-json", transient: false);
        }

        try
        {
            var reader = new Utf8JsonReader(body.Span, Lenient);
            var message = JsonSerializer.Deserialize(ref reader, type);

            // Throws for anything but white space and comments, as deserializing the whole text would.
            reader.Read();
            return message ?? throw new FunctionException("The payload is JSON null, but must have a value.", "payload/null", transient: false);
        }
        catch (JsonException exception)
        {
            // Without the serializer's exception, whose message names types of the program.
            throw new FunctionException(PayloadFault.Describe(exception, body, Lenient, type), "payload/invalid-json", transient: false);
        }
    }
}
