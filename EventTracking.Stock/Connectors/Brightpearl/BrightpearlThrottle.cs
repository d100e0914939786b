using System.Globalization;
using System.Net;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// Recognizes throttled calls. Brightpearl responds with 503 both when it throttles and when it is down, and sends its two headers
/// with every response, so a 503 is a throttle only if no calls remain: https://help.brightpearl.com/hc/en-us/articles/212644823
/// </summary>
internal static class BrightpearlThrottle
{
    public const string RemainingHeader = "brightpearl-requests-remaining";
    public const string NextPeriodHeader = "brightpearl-next-throttle-period";

    private const decimal Millisecond = 0.001m;

    public static Throttle? Find(HttpResponseMessage response, RemoteBody body) => IsThrottled(response) ? new Throttle(NextPeriod(response)) : null;

    public static bool IsThrottled(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.TooManyRequests => true,
        HttpStatusCode.ServiceUnavailable => Remaining(response) == 0,
        _ => false,
    };

    /// <summary>Returns how many calls all clients of the account together may still make in this period; null if the response does not say.</summary>
    public static int? Remaining(HttpResponseMessage response) =>
        int.TryParse(Header(response, RemainingHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var remaining) ? remaining : null;

    /// <summary>Returns the time until the next period; null if the response does not say.</summary>
    public static TimeSpan? NextPeriod(HttpResponseMessage response) => RetryAfterHeader.Seconds(Header(response, NextPeriodHeader), Millisecond);

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault()?.Trim() : null;
}
