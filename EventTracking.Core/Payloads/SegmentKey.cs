using System.Globalization;

namespace EventTracking.Core.Payloads;

/// <summary>A segment's key, taken apart.</summary>
/// <param name="Day">The UTC day on which the segment was written, by the clock of its writer.</param>
/// <param name="Name">Its name within the day. Names sort by time.</param>
internal readonly record struct SegmentKey(DateOnly Day, Ulid Name)
{
    private const string Suffix = ".jsonl.gz";
    private const string FolderFormat = "'payloads/'yyyy'/'MM'/'dd'/'";
    private const int FolderLength = 20;
    private const int NameLength = 26;

    public override string ToString() => $"{FolderOf(Day)}{Name}{Suffix}";

    /// <summary>Returns the prefix of the keys of all segments of a day.</summary>
    public static string FolderOf(DateOnly day) => day.ToString(FolderFormat, CultureInfo.InvariantCulture);

    /// <summary>Returns false if the key is not one of a segment that the product wrote.</summary>
    public static bool TryParse(string key, out SegmentKey parsed)
    {
        parsed = default;
        if (key.Length != FolderLength + NameLength + Suffix.Length
            || !key.EndsWith(Suffix, StringComparison.Ordinal)
            || FindDay(key) is not { } day
            || !Ulid.TryParse(key.AsSpan(FolderLength, NameLength), out var name))
        {
            return false;
        }

        parsed = new SegmentKey(day, name);

        // The parser is generous with letters, and a key must be found again as it is.
        return string.Equals(parsed.ToString(), key, StringComparison.Ordinal);
    }

    /// <summary>Returns the day in whose folder an object lies; null if it lies elsewhere.</summary>
    public static DateOnly? FindDay(string key) =>
        key.Length > FolderLength && DateOnly.TryParseExact(key.AsSpan(0, FolderLength), FolderFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
