using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>Where the segments of a day are that were joined.</summary>
internal sealed class CompactedDay
{
    private const string Root = "payloads/compacted/";

    private readonly Dictionary<Ulid, SegmentPlace> places;

    public CompactedDay(DateOnly day, IEnumerable<KeyValuePair<Ulid, SegmentPlace>> places)
    {
        Day = day;
        this.places = new(places);
    }

    public DateOnly Day { get; }

    public int Count => places.Count;

    public IReadOnlyDictionary<Ulid, SegmentPlace> Places => places;

    /// <summary>The prefix of the keys of everything that compaction writes. Keys sort by day.</summary>
    public static string Prefix => Root;

    /// <summary>The prefix of the keys of a day's objects and of its index.</summary>
    public static string PrefixOf(DateOnly day) => $"{Root}{SegmentKey.FolderOf(day)["payloads/".Length..^1]}";

    /// <summary>The key of a day's index.</summary>
    public static string IndexKeyOf(DateOnly day) => $"{PrefixOf(day)}.index.jsonl.gz";

    /// <summary>Returns a key for a new object.</summary>
    public static string NewObjectKey(DateOnly day, DateTimeOffset now) => $"{PrefixOf(day)}/{Ulid.NewUlid(now)}.jsonl.gz";

    /// <summary>Returns the day of an object or index; null if the key is neither.</summary>
    public static DateOnly? FindDay(string key) =>
        key.StartsWith(Root, StringComparison.Ordinal) && key.Length > PrefixOf(default).Length ? SegmentKey.FindDay($"payloads/{key[Root.Length..PrefixOf(default).Length]}/_") : null;

    public SegmentPlace? Find(Ulid segment) => places.GetValueOrDefault(segment);

    /// <summary>Returns the day with these segments at new places.</summary>
    public CompactedDay With(IEnumerable<KeyValuePair<Ulid, SegmentPlace>> joined)
    {
        var all = new Dictionary<Ulid, SegmentPlace>(places);
        foreach (var (segment, place) in joined)
        {
            all[segment] = place;
        }

        return new CompactedDay(Day, all);
    }

    /// <summary>Returns runs of segments that lie one behind the other in one object, of about a length, in the order of their objects.</summary>
    public IEnumerable<CompactedPiece> Pieces(long bytes)
    {
        foreach (var segments in places.GroupBy(place => place.Value.Object))
        {
            CompactedPiece? piece = null;
            foreach (var (segment, place) in segments.OrderBy(segment => segment.Value.Offset))
            {
                if (piece is not null && piece.End == place.Offset && piece.Length + place.Length <= bytes)
                {
                    piece = piece with { Length = piece.Length + place.Length };
                    continue;
                }

                if (piece is not null)
                {
                    yield return piece;
                }

                piece = new CompactedPiece(segment, segments.Key, place.Offset, place.Length);
            }

            if (piece is not null)
            {
                yield return piece;
            }
        }
    }
}

/// <summary>An object in which segments were joined. Its entity tag proves that it is still the one that was verified.</summary>
internal sealed record CompactedObject(string Key, long Bytes, string ETag);

/// <summary>Where a segment lies.</summary>
internal sealed record SegmentPlace(CompactedObject Object, long Offset, int Length)
{
    /// <summary>Translates a pointer into the segment; null if the segment ends before its payload does.</summary>
    public PayloadPointer? Translate(PayloadPointer pointer) =>
        pointer.Offset >= 0 && pointer.Offset <= Length - pointer.Length ? pointer with { Segment = Object.Key, Offset = Offset + pointer.Offset } : null;
}

/// <summary>Segments that lie one behind the other.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Object">The object.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">Their length together.</param>
internal sealed record CompactedPiece(Ulid First, CompactedObject Object, long Offset, long Length)
{
    public long End => Offset + Length;
}
