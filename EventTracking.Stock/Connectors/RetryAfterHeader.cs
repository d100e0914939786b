using System.Globalization;
using System.Net.Http.Headers;

namespace EventTracking.Stock.Connectors;

/// <summary>Reads how long a response asks to wait. Shopify writes seconds with decimals (<c>2.0</c>), which the framework's own parser ignores; gateways write whole seconds or dates.</summary>
internal static class RetryAfterHeader
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static TimeSpan? Read(HttpResponseMessage response, DateTimeOffset now)
    {
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out var values))
        {
            return null;
        }

        var text = values.ToString().Trim();
        return Seconds(text, 1) ?? (RetryConditionHeaderValue.TryParse(text, out var parsed) && parsed.Date is { } date ? Bounded(date - now) : null);
    }

    /// <summary>Reads a number of units of this many seconds; null for anything else.</summary>
    public static TimeSpan? Seconds(string? text, decimal unit) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromSeconds((double)Math.Min(number * unit, (decimal)Longest.TotalSeconds))
            : null;

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;
}
