using System.Globalization;
using System.Net;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Recognizes throttled calls. Brightpearl responds with 503 both when it throttles and when it is down, but sends the throttle headers only when it throttles.</summary>
internal static class BrightpearlThrottle
{
    public const string RemainingHeader = "brightpearl-requests-remaining";
    public const string NextPeriodHeader = "brightpearl-next-throttle-period";

    public static Throttle? Find(HttpResponseMessage response, ReadOnlyMemory<byte> body) => response.StatusCode switch
    {
        HttpStatusCode.TooManyRequests => new Throttle(NextPeriod(response)),
        HttpStatusCode.ServiceUnavailable when response.Headers.Contains(RemainingHeader) || response.Headers.Contains(NextPeriodHeader) => new Throttle(NextPeriod(response)),
        _ => null,
    };

    private static TimeSpan? NextPeriod(HttpResponseMessage response) =>
        response.Headers.TryGetValues(NextPeriodHeader, out var values)
        && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
}
