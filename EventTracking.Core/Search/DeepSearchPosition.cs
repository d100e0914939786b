using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventTracking.Core.Search;

/// <summary>Where a search through payloads stopped: the lines of a segment before this one, and all older segments, are still to be looked through.</summary>
internal sealed record DeepSearchPosition(DateOnly Day, string Segment, int Line)
{
    private const char Separator = '~';
    private const string DayFormat = "yyyy-MM-dd";
    public const int LongestText = 100;


    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Day.ToString(DayFormat, CultureInfo.InvariantCulture)}{Separator}{Segment}{Separator}{Line}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DeepSearchPosition? position)
    {
        position = null;
        if (text is { Length: <= LongestText }
            && text.Split(Separator) is [var date, { Length: > 0 } segment, var number]
            && DateOnly.TryParseExact(date, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && segment.All(char.IsAsciiLetterOrDigit)
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var line))
        {
            position = new DeepSearchPosition(day, segment, line);
        }

        return position is not null;
    }

    /// <summary>Returns the part of a segment's key that names it within its day.</summary>
    public static string NameOf(string key)
    {
        var name = key[(key.LastIndexOf('/') + 1)..];
        return name[..name.IndexOf('.', StringComparison.Ordinal)];
    }
}
