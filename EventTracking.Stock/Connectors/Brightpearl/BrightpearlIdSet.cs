using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// A Brightpearl id set, e.g. <c>1-5,99,202</c>. It is stored as ordered ranges that neither overlap nor touch, so large ranges
/// cost nothing.
/// </summary>
internal sealed class BrightpearlIdSet
{
    private readonly List<(long First, long Last)> ranges;

    private BrightpearlIdSet(List<(long First, long Last)> ranges) => this.ranges = ranges;

    /// <summary>The number of ids in the set.</summary>
    public long Count { get; private init; }

    /// <summary>The smallest id.</summary>
    public long First => ranges[0].First;

    /// <summary>Reads the text. Returns false, and a reason for an operator, for anything but positive ids and ascending ranges.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out BrightpearlIdSet? set, [NotNullWhen(false)] out string? reason)
    {
        set = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            reason = "the id set is empty";
            return false;
        }

        var ranges = new List<(long First, long Last)>();
        foreach (var part in text.AsSpan().Split(','))
        {
            var item = text.AsSpan(part).Trim();
            var dash = item.IndexOf('-');
            var from = dash < 0 ? item : item[..dash];
            var to = dash < 0 ? item : item[(dash + 1)..];
            if (!TryReadId(from, out var first) || !TryReadId(to, out var last))
            {
                reason = $"'{Shorten(item)}' is neither an id nor a range of ids";
                return false;
            }

            if (first > last)
            {
                reason = $"the range '{Shorten(item)}' runs backwards";
                return false;
            }

            ranges.Add((first, last));
        }

        set = Merge(ranges);
        reason = null;
        return true;
    }

    /// <summary>Creates the set of these ids. There must be at least one, and all must be positive.</summary>
    public static BrightpearlIdSet Of(IEnumerable<long> ids) => Merge([.. ids.Select(id => (id, id))]);

    /// <summary>Returns the ids in ascending order, up to a limit.</summary>
    public IEnumerable<long> Take(int limit)
    {
        foreach (var (first, last) in ranges)
        {
            // Count by offset, because a loop with `id <= last` would never end if `last` is the largest number.
            for (long offset = 0; offset <= last - first; offset++)
            {
                if (limit-- <= 0)
                {
                    yield break;
                }

                yield return first + offset;
            }
        }
    }

    /// <summary>Returns the canonical text, which is always the same for the same ids.</summary>
    public override string ToString() => string.Join(',', ranges.Select(range => range.First == range.Last
        ? string.Create(CultureInfo.InvariantCulture, $"{range.First}")
        : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));

    private static bool TryReadId(ReadOnlySpan<char> text, out long id) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    private static BrightpearlIdSet Merge(List<(long First, long Last)> ranges)
    {
        ranges.Sort();
        var merged = new List<(long First, long Last)>(ranges.Count);
        long count = 0;
        foreach (var (first, last) in ranges)
        {
            if (merged is [.., var previous] && first - 1 <= previous.Last)
            {
                if (last > previous.Last)
                {
                    count += last - previous.Last;
                    merged[^1] = (previous.First, last);
                }
            }
            else
            {
                count += last - first + 1;
                merged.Add((first, last));
            }
        }

        return new BrightpearlIdSet(merged) { Count = count };
    }

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}…";
}
