using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace EventTracking.Core.Payloads;

/// <summary>Reads what <see cref="SegmentWriter"/> wrote.</summary>
internal static class SegmentReader
{
    /// <summary>Decodes the member at a pointer and verifies it.</summary>
    /// <param name="member">The bytes that the pointer refers to.</param>
    /// <param name="pointer">The pointer, which holds the expected hash.</param>
    /// <returns><see cref="PayloadRead.Available"/> or <see cref="PayloadRead.Corrupt"/>.</returns>
    public static PayloadRead Read(ReadOnlyMemory<byte> member, PayloadPointer pointer)
    {
        try
        {
            var payload = Decode(member, out var headHash);
            if (pointer.HeadHash is { } expected && !string.Equals(headHash, expected, StringComparison.Ordinal))
            {
                return new PayloadRead.Corrupt("The hash of the headers and of what else precedes the body does not match the stored hash.");
            }

            return string.Equals(Convert.ToHexStringLower(SHA256.HashData(payload.Body.Span)), pointer.Sha256, StringComparison.Ordinal)
                ? new PayloadRead.Available(payload)
                : new PayloadRead.Corrupt("The SHA-256 of the body does not match the stored hash.");
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or FormatException or InvalidOperationException)
        {
            return new PayloadRead.Corrupt($"The member cannot be decoded: {exception.Message}");
        }
    }

    /// <summary>
    /// Returns the total length of the whole members with a correct checksum at the beginning; the bytes after them were not
    /// completely written. It works only for segments whose members are stored.
    /// </summary>
    public static int MeasureWhole(ReadOnlySpan<byte> bytes)
    {
        var whole = 0;
        while (GzipMember.TryMeasureStored(bytes[whole..], out var memberLength, out var dataLength))
        {
            using var data = new PooledBuffer(Math.Max(dataLength, 1));
            if (!GzipMember.TryReadStored(bytes.Slice(whole, memberLength), data.GetSpan(dataLength)[..dataLength]))
            {
                break;
            }

            whole += memberLength;
        }

        return whole;
    }

    private static PayloadRecord Decode(ReadOnlyMemory<byte> member, out string headHash)
    {
        using var line = new PooledBuffer(Math.Max(member.Length, 1));
        if (GzipMember.TryMeasureStored(member.Span, out var memberLength, out var dataLength) && memberLength == member.Length)
        {
            if (!GzipMember.TryReadStored(member.Span, line.GetSpan(dataLength)[..dataLength]))
            {
                throw new InvalidDataException("The checksum does not match.");
            }

            line.Advance(dataLength);
        }
        else
        {
            Inflate(member, line);
        }

        var payload = Parse(line.Written, out var headLength);
        headHash = HeadHash.Of(line.Written[..headLength]);
        return payload;
    }

    private static void Inflate(ReadOnlyMemory<byte> member, PooledBuffer line)
    {
        using var source = new MemoryStream(member.ToArray(), writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        int read;
        while ((read = gzip.Read(line.GetSpan())) > 0)
        {
            line.Advance(read);
        }

        // The decompressor accepts a truncated member as a whole one.
        if (!GzipMember.HasTrailerOf(member.Span, line.Written))
        {
            throw new InvalidDataException("The checksum does not match.");
        }
    }

    /// <summary>Reads a line of a segment.</summary>
    /// <exception cref="JsonException">It is no payload.</exception>
    public static PayloadRecord Parse(ReadOnlySpan<byte> line) => Parse(line, out _);

    private static PayloadRecord Parse(ReadOnlySpan<byte> line, out int headLength)
    {
        headLength = 0;
        var isHead = true;
        string? eventId = null, source = null, account = null, topic = null;
        DateTimeOffset receivedAt = default;
        Dictionary<string, string> headers = [];
        byte[]? body = null;
        var reader = new Utf8JsonReader(line);
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            if (isHead && name is "body" or "body_base64")
            {
                // Without the comma. What comes behind the body is not covered by the hash, so nothing of the head is read from there.
                isHead = false;
                headLength = (int)reader.TokenStartIndex - 1;
            }

            reader.Read();
            switch (name)
            {
                case "event_id" when isHead: eventId = reader.GetString(); break;
                case "source" when isHead: source = reader.GetString(); break;
                case "account" when isHead: account = reader.GetString(); break;
                case "topic" when isHead: topic = reader.GetString(); break;
                case "received_at" when isHead: receivedAt = reader.GetDateTimeOffset(); break;
                case "headers" when isHead: ReadHeaders(ref reader, headers); break;
                case "body": body = ReadText(ref reader); break;
                case "body_base64": body = reader.GetBytesFromBase64(); break;
                // Ignore fields that a later version adds.
                default: reader.Skip(); break;
            }
        }

        return new PayloadRecord(Required(eventId), Required(source), Required(account), Required(topic), receivedAt, headers, Required(body));
    }

    private static void ReadHeaders(ref Utf8JsonReader reader, Dictionary<string, string> headers)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString() ?? "";
            reader.Read();
            headers[name] = reader.GetString() ?? "";
        }
    }

    private static byte[] ReadText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan.ToArray();
        }

        var unescaped = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return unescaped.AsSpan(0, reader.CopyString(unescaped)).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unescaped);
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new JsonException("The line is not a JSON object.");
        }
    }

    private static T Required<T>([NotNull] T? value)
        where T : class => value ?? throw new JsonException("The line lacks a required field.");
}
