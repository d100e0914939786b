using System.Globalization;

namespace EventTracking.Stock.Connectors;

/// <summary>Reads the times that senders write; their number of decimals and their offsets differ.</summary>
internal static class WebhookTime
{
    /// <summary>The time, or null for anything that is none; without an offset it is taken as UTC.</summary>
    public static DateTimeOffset? Read(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
