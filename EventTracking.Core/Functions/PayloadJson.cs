using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Functions;

/// <summary>Reads payloads as JSON. Its errors are permanent, so an event with a malformed payload fails at once instead of being retried.</summary>
public static class PayloadJson
{
    /// <summary>Deserializes the body to a message.</summary>
    /// <param name="payload">The payload that arrived.</param>
    /// <param name="type">The source-generated metadata of the message type.</param>
    /// <exception cref="FunctionException">The body is not JSON or does not have this shape: permanent.</exception>
    public static TMessage ReadJson<TMessage>(this PayloadRecord payload, JsonTypeInfo<TMessage> type)
        where TMessage : notnull
    {
        ArgumentNullException.ThrowIfNull(payload);
        try
        {
            return JsonSerializer.Deserialize(payload.Body.Span, type)
                ?? throw new FunctionException($"The payload is JSON null, but must be a {typeof(TMessage).Name}.", "payload/null", transient: false);
        }
        catch (JsonException exception)
        {
            throw new FunctionException($"The payload cannot be read as {typeof(TMessage).Name}: {exception.Message}", "payload/invalid-json", transient: false, exception);
        }
    }
}
