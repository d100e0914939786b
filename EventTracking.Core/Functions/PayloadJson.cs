using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Functions;

/// <summary>Reads payloads as JSON, with errors that end an event instead of retrying it.</summary>
public static class PayloadJson
{
    /// <summary>The body as a message.</summary>
    /// <param name="payload">What arrived.</param>
    /// <param name="type">Source-generated metadata of the message type.</param>
    /// <exception cref="FunctionException">The body is not JSON, or not of this shape: permanent.</exception>
    public static TMessage ReadJson<TMessage>(this PayloadRecord payload, JsonTypeInfo<TMessage> type)
        where TMessage : notnull
    {
        ArgumentNullException.ThrowIfNull(payload);
        try
        {
            return JsonSerializer.Deserialize(payload.Body.Span, type)
                ?? throw new FunctionException("The payload is JSON null.", "payload/null", transient: false);
        }
        catch (JsonException exception)
        {
            throw new FunctionException($"The payload cannot be read as {typeof(TMessage).Name}: {exception.Message}", "payload/invalid-json", transient: false, exception);
        }
    }
}
