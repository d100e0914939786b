using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Search;

/// <summary>
/// Looks for a text in the payloads of one segment, from its start to its end in one pass, with one payload in memory at a time. Bodies
/// are JSON strings within their lines, so the text is first looked for as it would be escaped there; a line that has it, or a body that
/// is no text, is decoded to be sure.
/// </summary>
internal sealed class SegmentScan : IDisposable
{
    private const int FirstBuffer = 64 * 1024;

    /// <summary>No payload is longer: a body has 16 MB at most, and escaping makes it at most six times as long.</summary>
    private const int LongestLine = 128 * 1024 * 1024;

    private readonly byte[] text;
    private readonly PooledBuffer escaped;

    public SegmentScan(string wanted)
    {
        text = Encoding.UTF8.GetBytes(wanted);
        escaped = new PooledBuffer(text.Length + 1);
        JsonText.AppendEscaped(escaped, text);
    }

    /// <summary>Returns the newest hits before a line, the newest first, up to a limit.</summary>
    /// <param name="segment">The segment's bytes.</param>
    /// <param name="beforeLine">The first line that no longer counts.</param>
    /// <param name="limit">The maximum number of hits.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public async Task<SegmentHits> RunAsync(Stream segment, int beforeLine, int limit, CancellationToken cancellationToken)
    {
        var hits = new Queue<SegmentHit>();
        var (line, isWhole, isCut) = (0, true, false);
        var buffer = new byte[FirstBuffer];
        var length = 0;
        await using var gzip = new GZipStream(segment, CompressionMode.Decompress);
        try
        {
            int read;
            while (line < beforeLine && (read = await gzip.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
                var begin = 0;
                for (int end; line < beforeLine && (end = buffer.AsSpan(begin, length - begin).IndexOf((byte)'\n')) >= 0; begin += end + 1, line++)
                {
                    if (TryMatch(buffer.AsSpan(begin, end), line, out var hit))
                    {
                        hits.Enqueue(hit);
                        if (hits.Count > limit)
                        {
                            hits.Dequeue();
                            isCut = true;
                        }
                    }
                }

                buffer.AsSpan(begin, length - begin).CopyTo(buffer);
                length -= begin;
                if (length == buffer.Length)
                {
                    if (length >= LongestLine)
                    {
                        throw new InvalidDataException("A line of the segment is longer than any payload.");
                    }

                    Array.Resize(ref buffer, length * 2);
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or FormatException or InvalidOperationException)
        {
            // The end of the segment that is being written, or damage. What lies before it counts.
            isWhole = false;
        }

        return new SegmentHits([.. hits.Reverse()], isCut, isWhole);
    }

    public void Dispose() => escaped.Dispose();

    private bool TryMatch(ReadOnlySpan<byte> line, int number, [NotNullWhen(true)] out SegmentHit? hit)
    {
        hit = null;
        if (line.IndexOf(escaped.Written) < 0 && line.IndexOf("\"body_base64\":"u8) < 0)
        {
            return false;
        }

        var payload = SegmentReader.Parse(line);
        hit = payload.Body.Span.IndexOf(text) < 0 ? null : new SegmentHit(number, payload.EventId, payload.Source, payload.Topic, payload.ReceivedAt);
        return hit is not null;
    }
}

/// <summary>A payload that has the text.</summary>
internal sealed record SegmentHit(int Line, string EventId, string Source, string Topic, DateTimeOffset ReceivedAt);

/// <summary>The hits in a segment.</summary>
/// <param name="Hits">The newest first.</param>
/// <param name="HasMore">Whether there are older hits that did not fit.</param>
/// <param name="IsWhole">False if the segment could not be read to its end.</param>
internal sealed record SegmentHits(IReadOnlyList<SegmentHit> Hits, bool HasMore, bool IsWhole);
