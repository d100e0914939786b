using System.Security.Cryptography;
using Amazon.S3.Model;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>Copies segments into one new object, byte for byte, and reads it back. A few segments and one part of the object are in memory.</summary>
internal sealed class SegmentJoin(PayloadObjects objects, CompactionLimits limits, TimeProvider time)
{
    /// <summary>
    /// Copies as many of the segments as time allows. It leaves out damaged segments, and missing ones, because another run has joined
    /// those. If fewer than two remain, it creates no object.
    /// </summary>
    public async Task<JoinedSegments> CopyAsync(DateOnly day, IReadOnlyList<StoredSegment> segments, Deadline until, CancellationToken cancellationToken)
    {
        await using var upload = objects.Upload(CompactedDay.NewObjectKey(day, time.GetUtcNow()), limits.PartBytes);
        List<JoinedSegment> joined = [];
        List<Ulid> leftOut = [];
        var groups = Group(segments);
        var next = groups.Count > 0 ? FetchAsync(groups[0], cancellationToken) : null;
        for (var index = 0; next is not null; index++)
        {
            var fetched = await next;
            next = index + 1 < groups.Count && !until.IsOver ? FetchAsync(groups[index + 1], cancellationToken) : null;
            foreach (var (segment, bytes) in groups[index].Zip(fetched))
            {
                if (bytes is null || bytes.Length != segment.Bytes || !SegmentCheck.IsWhole(bytes))
                {
                    leftOut.Add(segment.Key.Name);
                    continue;
                }

                joined.Add(new JoinedSegment(segment.Key.Name, upload.Length, bytes.Length, SHA256.HashData(bytes)));
                await AppendAsync(upload, bytes, next, cancellationToken);
            }
        }

        if (joined.Count < 2)
        {
            return new JoinedSegments(upload.Key, 0, [], [.. leftOut, .. joined.Select(segment => segment.Name)]);
        }

        await upload.CompleteAsync(cancellationToken);
        return new JoinedSegments(upload.Key, upload.Length, joined, leftOut);
    }

    /// <summary>Reads the new object back and compares the hash of every segment. Returns null if it is not there as it should be.</summary>
    public async Task<CompactedObject?> VerifyAsync(JoinedSegments joined, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string? tag = null;
        var (offset, next) = (0L, 0);
        while (offset < joined.Bytes)
        {
            var range = new ByteRange(offset, Math.Min(offset + limits.PartBytes, joined.Bytes) - 1);
            if (await objects.ReadAsync(joined.Key, range, unlessETag: null, cancellationToken) is not { Bytes: { } bytes } read
                || bytes.Length != range.End - range.Start + 1
                || (tag ?? read.ETag) != read.ETag)
            {
                return null;
            }

            tag = read.ETag;
            for (var taken = 0; taken < bytes.Length;)
            {
                var segment = joined.Segments[next];
                var length = (int)Math.Min(bytes.Length - taken, segment.Offset + segment.Length - offset - taken);
                hash.AppendData(bytes, taken, length);
                taken += length;
                if (offset + taken == segment.Offset + segment.Length)
                {
                    next++;
                    if (!hash.GetHashAndReset().AsSpan().SequenceEqual(segment.Sha256))
                    {
                        return null;
                    }
                }
            }

            offset += bytes.Length;
        }

        return tag is null || next != joined.Segments.Count ? null : new CompactedObject(joined.Key, joined.Bytes, tag);
    }

    // What is being fetched must have ended before its exception can be seen by nobody.
    private static async Task AppendAsync(ObjectUpload upload, byte[] bytes, Task? fetching, CancellationToken cancellationToken)
    {
        try
        {
            await upload.AppendAsync(bytes, cancellationToken);
        }
        catch
        {
            await (fetching ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task<byte[]?[]> FetchAsync(List<StoredSegment> group, CancellationToken cancellationToken) =>
        await Task.WhenAll(group.Select(async segment =>
            (await objects.ReadAsync(segment.Key.ToString(), range: null, unlessETag: null, cancellationToken))?.Bytes));

    private List<List<StoredSegment>> Group(IReadOnlyList<StoredSegment> segments)
    {
        List<List<StoredSegment>> groups = [];
        var bytes = 0L;
        foreach (var segment in segments)
        {
            if (groups.Count == 0 || groups[^1].Count == limits.SegmentsAtOnce || bytes + segment.Bytes > limits.BytesAtOnce)
            {
                groups.Add([]);
                bytes = 0;
            }

            groups[^1].Add(segment);
            bytes += segment.Bytes;
        }

        return groups;
    }
}

/// <summary>A segment in the bucket.</summary>
internal readonly record struct StoredSegment(SegmentKey Key, long Bytes, bool IsArchived);

/// <summary>A segment in a new object.</summary>
internal sealed record JoinedSegment(Ulid Name, long Offset, int Length, byte[] Sha256);

/// <summary>A new object.</summary>
/// <param name="Key">Its key, which nothing else has.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Segments">What it consists of; nothing if no object was made.</param>
/// <param name="LeftOut">Segments that cannot be joined.</param>
internal sealed record JoinedSegments(string Key, long Bytes, IReadOnlyList<JoinedSegment> Segments, IReadOnlyList<Ulid> LeftOut);
