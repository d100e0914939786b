using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// The indexes of compacted days, each an object under a key that its day determines. Those that were read last are kept in memory;
/// what one of them says stays true, because objects are never rewritten, but it may not know of later ones.
/// </summary>
internal sealed class CompactedDays(PayloadObjects objects)
{
    /// <summary>How many segments the indexes in memory have together; each takes some 150 bytes.</summary>
    private const int MostSegments = 200_000;

    private const int MostDays = 64;

    private readonly Lock gate = new();
    private readonly LinkedList<Version> recent = new();

    /// <summary>Looks in memory only.</summary>
    public SegmentPlace? FindKnown(string segment) =>
        SegmentKey.TryParse(segment, out var key) ? FindKnown(key.Day)?.Day.Find(key.Name) : null;

    /// <summary>Returns where a segment is; null if it was not joined.</summary>
    /// <exception cref="StoreUnavailableException">S3 did not respond, or a later version wrote the index.</exception>
    public async Task<SegmentPlace?> FindAsync(string segment, CancellationToken cancellationToken) =>
        SegmentKey.TryParse(segment, out var key) ? (await ReadAsync(key.Day, cancellationToken)).Day.Find(key.Name) : null;

    /// <summary>Reads the index as it is now; it is empty if there is none.</summary>
    /// <exception cref="StoreUnavailableException">S3 did not respond, or a later version wrote the index.</exception>
    public async Task<Version> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var known = FindKnown(day);
        var read = await objects.ReadAsync(CompactedDay.IndexKeyOf(day), range: null, known?.ETag, cancellationToken);
        if (read is null)
        {
            Forget(day);
            return new Version(new CompactedDay(day, []), null);
        }

        if (read.Bytes is null && known is not null)
        {
            return known;
        }

        try
        {
            var version = new Version(CompactedDayFormat.Read(day, read.Bytes!), read.ETag);
            Keep(version);
            return version;
        }
        catch (InvalidDataException exception)
        {
            // The payloads are neither gone nor damaged.
            throw new StoreUnavailableException($"{CompactedDay.IndexKeyOf(day)}: {exception.Message}", exception);
        }
    }

    /// <summary>Writes an index over the version that was read; returns false if it has changed since.</summary>
    public Task<bool> TryWriteAsync(CompactedDay day, Version read, CancellationToken cancellationToken) =>
        objects.TryWriteAsync(CompactedDay.IndexKeyOf(day.Day), CompactedDayFormat.Write(day), read.ETag, cancellationToken);

    public void Forget(DateOnly day)
    {
        lock (gate)
        {
            if (Find(day) is { } node)
            {
                recent.Remove(node);
            }
        }
    }

    private Version? FindKnown(DateOnly day)
    {
        lock (gate)
        {
            if (Find(day) is not { } node)
            {
                return null;
            }

            recent.Remove(node);
            recent.AddFirst(node);
            return node.Value;
        }
    }

    private void Keep(Version version)
    {
        lock (gate)
        {
            if (Find(version.Day.Day) is { } older)
            {
                recent.Remove(older);
            }

            recent.AddFirst(version);
            while (recent.Count > MostDays || (recent.Count > 1 && recent.Sum(kept => kept.Day.Count) > MostSegments))
            {
                recent.RemoveLast();
            }
        }
    }

    private LinkedListNode<Version>? Find(DateOnly day)
    {
        for (var node = recent.First; node is not null; node = node.Next)
        {
            if (node.Value.Day.Day == day)
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>An index as it was read, and its entity tag; null if there is none.</summary>
    internal sealed record Version(CompactedDay Day, string? ETag);
}
