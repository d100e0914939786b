using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;

namespace EventTracking.Core.Payloads;

/// <summary>How the members of a segment are compressed.</summary>
internal enum SegmentCompression
{
    /// <summary>Members are not compressed, which takes the least CPU time where storage is free.</summary>
    Stored,

    /// <summary>Members are compressed with deflate, where storage is paid for by the byte.</summary>
    Deflate,
}

/// <summary>
/// Writes payloads in the segment format: each is one line of JSON in its own gzip member. Concatenated members are a valid
/// gzip file.
/// </summary>
internal static class SegmentWriter
{
    private const int StoredPrefix = GzipMember.HeaderBytes + GzipMember.BlockHeaderBytes;
    private const int HeadEstimate = 512;

    private static readonly JsonEncodedText EventIdName = JsonEncodedText.Encode("event_id");
    private static readonly JsonEncodedText SourceName = JsonEncodedText.Encode("source");
    private static readonly JsonEncodedText AccountName = JsonEncodedText.Encode("account");
    private static readonly JsonEncodedText TopicName = JsonEncodedText.Encode("topic");
    private static readonly JsonEncodedText ReceivedAtName = JsonEncodedText.Encode("received_at");
    private static readonly JsonEncodedText HeadersName = JsonEncodedText.Encode("headers");

    // The parts after the head are written by hand, so the writer never sees the end of the object.
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    /// <summary>Returns a key for a new segment. Keys sort by time.</summary>
    public static string NewKey(DateTimeOffset now) => new SegmentKey(DateOnly.FromDateTime(now.UtcDateTime), Ulid.NewUlid(now)).ToString();

    /// <summary>Encodes one payload as a gzip member.</summary>
    public static SegmentMember Encode(PayloadRecord payload, SegmentCompression compression)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(payload.Body.Span));
        var member = compression == SegmentCompression.Stored ? Store(payload, out var headHash) : Deflate(payload, out headHash);
        return new SegmentMember(member, sha256, headHash);
    }

    private static PooledBuffer Store(PayloadRecord payload, out string headHash)
    {
        var buffer = new PooledBuffer(Estimate(payload));
        buffer.GetSpan(StoredPrefix);
        buffer.Advance(StoredPrefix);
        headHash = WriteLine(buffer, payload);
        if (buffer.Length - StoredPrefix > GzipMember.MaxBlockBytes)
        {
            return StoreInBlocks(buffer);
        }

        GzipMember.WriteTrailer(buffer.GetSpan(GzipMember.TrailerBytes), buffer.Written[StoredPrefix..]);
        GzipMember.WriteHeader(buffer.Written);
        GzipMember.WriteBlockHeader(buffer.Written[GzipMember.HeaderBytes..], buffer.Length - StoredPrefix, last: true);
        buffer.Advance(GzipMember.TrailerBytes);
        return buffer;
    }

    private static PooledBuffer StoreInBlocks(PooledBuffer line)
    {
        using (line)
        {
            var data = line.Written[StoredPrefix..];
            var blocks = (data.Length + GzipMember.MaxBlockBytes - 1) / GzipMember.MaxBlockBytes;
            var framed = new PooledBuffer(GzipMember.HeaderBytes + data.Length + (blocks * GzipMember.BlockHeaderBytes) + GzipMember.TrailerBytes);
            GzipMember.WriteHeader(framed.GetSpan(GzipMember.HeaderBytes));
            framed.Advance(GzipMember.HeaderBytes);
            for (var rest = data; rest.Length > 0;)
            {
                var block = rest[..Math.Min(rest.Length, GzipMember.MaxBlockBytes)];
                rest = rest[block.Length..];
                GzipMember.WriteBlockHeader(framed.GetSpan(GzipMember.BlockHeaderBytes), block.Length, last: rest.Length == 0);
                framed.Advance(GzipMember.BlockHeaderBytes);
                Append(framed, block);
            }

            GzipMember.WriteTrailer(framed.GetSpan(GzipMember.TrailerBytes), data);
            framed.Advance(GzipMember.TrailerBytes);
            return framed;
        }
    }

    private static PooledBuffer Deflate(PayloadRecord payload, out string headHash)
    {
        using var line = new PooledBuffer(Estimate(payload));
        headHash = WriteLine(line, payload);
        var member = new PooledBuffer((line.Length / 4) + HeadEstimate);
        using (var gzip = new GZipStream(new PooledBufferStream(member), CompressionLevel.Optimal))
        {
            gzip.Write(line.Written);
        }

        return member;
    }

    /// <summary>Writes the line of a payload and returns the hash of its head.</summary>
    private static string WriteLine(PooledBuffer buffer, PayloadRecord payload)
    {
        var start = buffer.Length;
        using (var writer = new Utf8JsonWriter(buffer, Unchecked))
        {
            writer.WriteStartObject();
            writer.WriteString(EventIdName, payload.EventId);
            writer.WriteString(SourceName, payload.Source);
            writer.WriteString(AccountName, payload.Account);
            writer.WriteString(TopicName, payload.Topic);
            writer.WriteString(ReceivedAtName, payload.ReceivedAt);
            writer.WriteStartObject(HeadersName);
            foreach (var (name, value) in payload.Headers)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        var headHash = HeadHash.Of(buffer.Written[start..]);
        var body = payload.Body.Span;
        if (Utf8.IsValid(body))
        {
            Append(buffer, ",\"body\":\""u8);
            JsonText.AppendEscaped(buffer, body);
        }
        else
        {
            Append(buffer, ",\"body_base64\":\""u8);
            Base64.EncodeToUtf8(body, buffer.GetSpan(Base64.GetMaxEncodedToUtf8Length(body.Length)), out _, out var written);
            buffer.Advance(written);
        }

        Append(buffer, "\"}\n"u8);
        return headHash;
    }

    private static void Append(PooledBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.GetSpan(bytes.Length));
        buffer.Advance(bytes.Length);
    }

    // A quarter more than the body's length has room for the escaped quotes of ordinary JSON.
    private static int Estimate(PayloadRecord payload) =>
        (int)Math.Min(Array.MaxLength, StoredPrefix + HeadEstimate + (payload.Headers.Count * 64L) + (payload.Body.Length * 5L / 4) + GzipMember.TrailerBytes);
}
