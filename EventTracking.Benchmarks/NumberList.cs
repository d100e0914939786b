using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventTracking.Benchmarks;

/// <summary>Numbers in the form that the command line accepts and shows: <c>1,8,64</c>.</summary>
internal sealed record NumberList(params int[] Numbers)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out NumberList? list)
    {
        list = null;
        List<int> numbers = [];
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            numbers.Add(number);
        }

        list = new NumberList([.. numbers]);
        return true;
    }

    public override string ToString() => string.Join(',', Numbers);
}
