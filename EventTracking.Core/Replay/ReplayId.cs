using System.Diagnostics.CodeAnalysis;

namespace EventTracking.Core.Replay;

/// <summary>
/// The id of a bulk replay or dismissal: 42 bits of time in milliseconds and 20 random bits, as 13 characters of Crockford's base 32. Ids
/// sort by when the plan was made.
/// </summary>
internal readonly record struct ReplayId(long Value)
{
    private const int TextLength = 13;
    private const int BitsPerDigit = 5;
    private const int RandomBits = 20;
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>The number of its record. It falls with time, so that collections, which are in the order of their numbers, list the newest first.</summary>
    public long RecordId => long.MaxValue - Value;

    /// <param name="now">When the plan is made.</param>
    /// <param name="fraction">A random number of at least 0 and less than 1.</param>
    public static ReplayId New(DateTimeOffset now, double fraction) => new(FirstAt(now).Value | (long)(fraction * (1 << RandomBits)));

    public static ReplayId FirstAt(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds() << RandomBits);

    public static ReplayId OfRecord(long recordId) => new(long.MaxValue - recordId);

    /// <summary>Reads the text form; case does not matter.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReplayId id)
    {
        id = default;
        if (text is not { Length: TextLength })
        {
            return false;
        }

        var value = 0L;
        foreach (var character in text)
        {
            var digit = Digits.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal);
            if (digit < 0 || value > long.MaxValue >> BitsPerDigit)
            {
                return false;
            }

            value = (value << BitsPerDigit) | (long)digit;
        }

        id = new ReplayId(value);
        return true;
    }

    public override string ToString() => string.Create(TextLength, Value, static (text, value) =>
    {
        for (var index = TextLength - 1; index >= 0; index--, value >>= BitsPerDigit)
        {
            text[index] = Digits[(int)(value & ((1 << BitsPerDigit) - 1))];
        }
    });
}
