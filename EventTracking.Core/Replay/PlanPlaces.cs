using System.Globalization;

namespace EventTracking.Core.Replay;

/// <summary>Places in a plan as a job stores them: the events that are under way mostly follow one another, so ranges are short, e.g. <c>3,7-120</c>.</summary>
internal static class PlanPlaces
{
    public static IReadOnlyList<int> Parse(string? text) =>
        [.. Ranges(text).SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))];

    public static int Count(string? text) => Ranges(text).Sum(range => range.Last - range.First + 1);

    public static string Format(IEnumerable<int> places)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var place in places.Order())
        {
            if (ranges is [.., var (first, last)] && place == last + 1)
            {
                ranges[^1] = (first, place);
            }
            else
            {
                ranges.Add((place, place));
            }
        }

        return string.Join(',', ranges.Select(range => range.First == range.Last ? Number(range.First) : $"{Number(range.First)}-{Number(range.Last)}"));
    }

    private static IEnumerable<(int First, int Last)> Ranges(string? text) => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(range =>
    {
        var ends = range.Split('-');
        return (Number(ends[0]), Number(ends[^1]));
    });

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
