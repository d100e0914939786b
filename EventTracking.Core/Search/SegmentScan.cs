using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Search;

/// <summary>
/// Looks for a text in the payloads of one segment, from its start to its end in one pass, with one payload in memory at a time. Bodies
/// are JSON strings within their lines, so the text is first looked for as it would be escaped there; a line that has it, or a
/// body that is not text, is decoded to confirm the match. A damaged segment is read again, member by member.
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

    /// <summary>Returns the newest hits before a line, the newest first, up to a limit. Damage hides the payload in which it lies, and no other.</summary>
    /// <param name="openAsync">Opens the segment at its start; null if it no longer exists. A damaged one is read twice.</param>
    /// <param name="bytes">The segment's length.</param>
    /// <param name="beforeLine">The first line that no longer counts.</param>
    /// <param name="limit">The maximum number of hits.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public async Task<SegmentHits> RunAsync(Func<Task<Stream?>> openAsync, long bytes, int beforeLine, int limit, CancellationToken cancellationToken)
    {
        var found = new FoundHits(limit);
        await using (var segment = await openAsync())
        {
            if (segment is null || await TryReadAsync(new SegmentBytes(segment, bytes), beforeLine, found, cancellationToken))
            {
                return found.ToHits(isWhole: true);
            }
        }

        // Up to the damage, the lines have the same numbers in both ways, so a page goes on where the last one ended.
        found = new FoundHits(limit);
        await using var damaged = await openAsync();
        if (damaged is not null)
        {
            await ReadMembersAsync(new SegmentBytes(damaged, bytes), beforeLine, found, cancellationToken);
        }

        return found.ToHits(isWhole: false);
    }

    /// <summary>Reads the segment in one pass. Returns false if it cannot be read to its end.</summary>
    private async Task<bool> TryReadAsync(SegmentBytes segment, int beforeLine, FoundHits found, CancellationToken cancellationToken)
    {
        var line = 0;
        var buffer = new byte[FirstBuffer];
        var length = 0;
        (uint Checksum, int Length) last = default;
        await using var gzip = new GZipStream(segment, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            int read;
            while (line < beforeLine && (read = await gzip.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
                var (begin, lastBegin) = (0, 0);
                for (int end; line < beforeLine && (end = buffer.AsSpan(begin, length - begin).IndexOf((byte)'\n')) >= 0; begin += end + 1, line++)
                {
                    lastBegin = begin;
                    if (TryMatch(buffer.AsSpan(begin, end), line, out var hit))
                    {
                        found.Add(hit);
                    }
                }

                if (begin > 0)
                {
                    last = (Crc32.HashToUInt32(buffer.AsSpan(lastBegin, begin - lastBegin)), begin - lastBegin);
                }

                buffer.AsSpan(begin, length - begin).CopyTo(buffer);
                length -= begin;
                if (length == buffer.Length)
                {
                    if (length >= LongestLine)
                    {
                        return false;
                    }

                    Array.Resize(ref buffer, length * 2);
                }
            }
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            return false;
        }

        return line >= beforeLine || (length == 0 && segment.EndsWithMemberOf(last.Checksum, (uint)last.Length));
    }

    private async Task ReadMembersAsync(SegmentBytes segment, int beforeLine, FoundHits found, CancellationToken cancellationToken)
    {
        var line = 0;
        await foreach (var member in SegmentMembers.SplitAsync(segment, LongestLine, cancellationToken))
        {
            using var data = new PooledBuffer(member.Length);
            if (!SegmentMembers.TryUnpack(member, data, LongestLine))
            {
                line++;
                continue;
            }

            var rest = data.Written;
            for (int end; line < beforeLine && (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..], line++)
            {
                TryAdd(rest[..end], line, found);
            }

            if (line >= beforeLine)
            {
                return;
            }
        }
    }

    private void TryAdd(ReadOnlySpan<byte> line, int number, FoundHits found)
    {
        try
        {
            if (TryMatch(line, number, out var hit))
            {
                found.Add(hit);
            }
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            // It is whole, and no payload: nothing that the product wrote.
        }
    }

    private static bool IsDamage(Exception exception) => exception is InvalidDataException or JsonException or FormatException or InvalidOperationException;

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

    /// <summary>The newest hits up to a limit.</summary>
    private sealed class FoundHits(int limit)
    {
        private readonly Queue<SegmentHit> hits = new();
        private bool isCut;

        public void Add(SegmentHit hit)
        {
            hits.Enqueue(hit);
            if (hits.Count > limit)
            {
                hits.Dequeue();
                isCut = true;
            }
        }

        public SegmentHits ToHits(bool isWhole) => new([.. hits.Reverse()], isCut, isWhole);
    }
}

/// <summary>A payload that has the text.</summary>
internal sealed record SegmentHit(int Line, string EventId, string Source, string Topic, DateTimeOffset ReceivedAt);

/// <summary>The hits in a segment.</summary>
/// <param name="Hits">The newest first.</param>
/// <param name="HasMore">Whether there are older hits that did not fit.</param>
/// <param name="IsWhole">False if the segment could not be read to its end.</param>
internal sealed record SegmentHits(IReadOnlyList<SegmentHit> Hits, bool HasMore, bool IsWhole);
