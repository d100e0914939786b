using System.Globalization;

namespace EventTracking.Stock.Connectors;

/// <summary>Reads the times that senders write, which differ in their decimals and offsets.</summary>
internal static class WebhookTime
{
    private const int YearDigits = 4;

    /// <summary>Longer than any way to write a time.</summary>
    private const int MaxLength = 64;

    /// <summary>
    /// Reads a time; returns null for anything else. A time without an offset is taken as UTC. A text that does not begin with its year
    /// is no time: the parser would complete it with today's date, so the same text would become another time tomorrow.
    /// </summary>
    public static DateTimeOffset? Read(string? text) =>
        text?.Trim() is { Length: > YearDigits and <= MaxLength } trimmed
        && trimmed.Take(YearDigits).All(char.IsAsciiDigit)
        && DateTimeOffset.TryParse(trimmed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
