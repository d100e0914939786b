using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using EventTracking.Core.Events;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>
/// A work item as the body of a message: JSON that a person can read in the console. A payload's body is plain text if it
/// is short and valid UTF-8, otherwise base64, gzipped if that is shorter; it comes back byte for byte.
/// </summary>
internal static class QueueMessage
{
    /// <summary>
    /// Maximum length of a body that is not compressed. SQS bills every 64 KB of a request, and one request receives ten
    /// messages: ten with a body of this size still fit in one billed request.
    /// </summary>
    private const int MaxPlainBytes = 4 * 1024;

    /// <summary>
    /// The form of messages, of which there has been only one so far. A message that does not name its form has the first. Members that are
    /// only added need no other form.
    /// </summary>
    internal const int NewestFormat = 1;

    /// <summary>
    /// SQS accepts only the characters of XML 1.0, and this encoder escapes all others. It does not expand a quote to six bytes:
    /// messages are billed by size, and webhooks are full of quotes. Messages never become part of a web page.
    /// </summary>
    private static readonly QueueMessageJsonContext Json = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,

        // A message without a required constructor parameter is not one of ours.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });

    public static string Write(WorkItem item) => JsonSerializer.Serialize(ToStored(item), Json.StoredWorkItem);

    /// <summary>Returns false if <see cref="Write"/> of this version did not write the message.</summary>
    public static bool TryRead(string body, [NotNullWhen(true)] out WorkItem? item)
    {
        item = null;
        try
        {
            if (JsonSerializer.Deserialize(body, Json.StoredWorkItem) is { IsNewer: false } stored)
            {
                item = FromStored(stored);
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidDataException)
        {
            // Another program wrote this message; the caller logs it.
        }

        return item is not null;
    }

    /// <summary>
    /// Returns whether a newer version wrote a message that cannot be read: it says so, or it has neither a payload nor a pointer in a form
    /// that this version knows. To run it without a payload would lose it.
    /// </summary>
    public static bool IsNewer(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, Json.MessageForm) is { Format: > NewestFormat } || JsonSerializer.Deserialize(body, Json.StoredWorkItem) is { IsNewer: true };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// Converts a received message to an item; returns null if <see cref="Write"/> did not write it. The queue determines which
    /// function runs the item and where its receipt is valid.
    /// </summary>
    /// <param name="body">The message's body.</param>
    /// <param name="function">The function whose queue it came from.</param>
    /// <param name="receipt">Its receipt handle.</param>
    /// <param name="receiveCount">How often it was received, this time included.</param>
    /// <param name="sentAt">When it was sent.</param>
    /// <param name="trace">Its trace header, or null.</param>
    public static ReceivedItem? Receive(string body, string function, string receipt, int receiveCount, DateTimeOffset sentAt, string? trace) =>
        TryRead(body, out var item)
            ? new ReceivedItem(item with { Event = item.Event with { Function = function } }, receipt, receiveCount, sentAt, TraceHeader.Read(trace)) { Message = body }
            : null;

    /// <summary>Converts a message that only a newer version can read to an item that can be returned to its queue, and to nothing else.</summary>
    /// <inheritdoc cref="Receive"/>
    public static ReceivedItem ReceiveNewer(string body, string function, string receipt, int receiveCount, DateTimeOffset sentAt, string? trace) => new(
        new WorkItem(new EventMetadata(default, "", "", "", function, null, sentAt, null, null, ""), null, null), receipt, receiveCount, sentAt, TraceHeader.Read(trace))
    {
        Message = body,
    };

    private static StoredWorkItem ToStored(WorkItem item) => new(
        new StoredEvent(
            item.Event.Id.ToString(),
            item.Event.Source,
            item.Event.Account,
            item.Event.Topic,
            item.Event.Function,
            item.Event.ReceivedAt,
            item.Event.CorrelationId,
            item.Event.Entity,
            item.Event.TraceId,
            item.Event.CausationId?.ToString(),
            item.Event.DeliveryId),
        item.Pointer is null && item.Payload is { } payload ? ToStored(payload) : null,
        item.Pointer,
        item.Replays);

    private static StoredPayload ToStored(PayloadRecord payload)
    {
        var packed = Pack(payload.Body.Span);
        var isText = packed is null && Utf8.IsValid(payload.Body.Span);
        return new StoredPayload(
            payload.EventId,
            payload.Source,
            payload.Account,
            payload.Topic,
            payload.ReceivedAt,
            payload.Headers,
            isText ? Encoding.UTF8.GetString(payload.Body.Span) : null,
            isText || packed is not null ? null : Convert.ToBase64String(payload.Body.Span),
            packed);
    }

    /// <summary>Returns null if compression would not make it shorter.</summary>
    private static string? Pack(ReadOnlySpan<byte> body)
    {
        if (body.Length <= MaxPlainBytes)
        {
            return null;
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }

        return Base64.GetMaxEncodedToUtf8Length((int)packed.Length) < body.Length ? Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length) : null;
    }

    private static byte[] Unpack(string packed)
    {
        using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var body = new MemoryStream();
        gzip.CopyTo(body);
        return body.ToArray();
    }

    private static WorkItem FromStored(StoredWorkItem stored) => new(
        new EventMetadata(
            EventId.Parse(stored.Event.Id),
            stored.Event.Source,
            stored.Event.Account,
            stored.Event.Topic,
            stored.Event.Function,
            stored.Event.Entity,
            stored.Event.ReceivedAt,
            stored.Event.TraceId,
            stored.Event.CausationId is { } causation ? EventId.Parse(causation) : null,
            stored.Event.CorrelationId)
        {
            DeliveryId = stored.Event.DeliveryId,
        },
        stored.Payload is { } payload ? FromStored(payload) : null,
        stored.Pointer)
    {
        Replays = stored.Replays,
    };

    private static PayloadRecord FromStored(StoredPayload stored) => new(
        stored.EventId,
        stored.Source,
        stored.Account,
        stored.Topic,
        stored.ReceivedAt,
        stored.Headers,
        stored.BodyGzip is { } packed ? Unpack(packed)
        : stored.Body is { } text ? Encoding.UTF8.GetBytes(text)
        : Convert.FromBase64String(stored.BodyBase64 ?? ""));
}

internal sealed record StoredWorkItem(StoredEvent Event, StoredPayload? Payload = null, PayloadPointer? Pointer = null, int? Replays = null, int? Format = null)
{
    /// <summary>Members that this version does not know.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>Whether only a newer version knows where the payload is.</summary>
    [JsonIgnore]
    public bool IsNewer => Format > QueueMessage.NewestFormat
        || Payload is { Body: null, BodyBase64: null, BodyGzip: null }
        || (Payload is null && Pointer is null && Others is { Count: > 0 });
}

/// <summary>The form of a message of which nothing else can be read.</summary>
internal sealed record MessageForm(int? Format = null);

internal sealed record StoredEvent(
    string Id,
    string Source,
    string Account,
    string Topic,
    string Function,
    DateTimeOffset ReceivedAt,
    string CorrelationId,
    EntityKey? Entity = null,
    string? TraceId = null,
    string? CausationId = null,
    string? DeliveryId = null);

internal sealed record StoredPayload(
    string EventId,
    string Source,
    string Account,
    string Topic,
    DateTimeOffset ReceivedAt,
    IReadOnlyDictionary<string, string> Headers,
    string? Body = null,
    string? BodyBase64 = null,
    string? BodyGzip = null);

[JsonSerializable(typeof(StoredWorkItem))]
[JsonSerializable(typeof(MessageForm))]
internal sealed partial class QueueMessageJsonContext : JsonSerializerContext;
