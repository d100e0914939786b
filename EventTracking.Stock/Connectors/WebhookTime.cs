using System.Globalization;

namespace EventTracking.Stock.Connectors;

/// <summary>Reads the times that senders write, which differ in their decimals and offsets.</summary>
internal static class WebhookTime
{
    /// <summary>Reads a time; returns null for anything else. A time without an offset is taken as UTC.</summary>
    public static DateTimeOffset? Read(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
