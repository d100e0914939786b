using System.Net;
using System.Text.Json;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Recognizes throttled calls. Shopify throttles with 429, or with 200 and an error in the body that reports the state of the bucket; the error may have no code.</summary>
internal static class ShopifyThrottle
{
    private const string Code = "THROTTLED";
    private const double LongestWait = 3600;

    public static Throttle? Find(HttpResponseMessage response, RemoteBody body) =>
        response.StatusCode == HttpStatusCode.TooManyRequests || body.Errors.Any(IsThrottle) ? new Throttle(Wait(body.Json)) : null;

    private static bool IsThrottle(RemoteError error) =>
        error.Code is null ? error.Message?.TrimStart().StartsWith(Code, StringComparison.OrdinalIgnoreCase) == true : error.Code == Code;

    /// <summary>Returns when the bucket holds what the call costs; null if the response does not say.</summary>
    private static TimeSpan? Wait(JsonElement? body) =>
        Find(body, "extensions", "cost") is { } cost
        && NumberOf(cost, "requestedQueryCost") is { } requested
        && NumberOf(cost, "throttleStatus", "currentlyAvailable") is { } available
        && NumberOf(cost, "throttleStatus", "restoreRate") is { } rate and > 0
            ? TimeSpan.FromSeconds(Math.Clamp((requested - available) / rate, 0, LongestWait))
            : null;

    private static double? NumberOf(JsonElement json, params ReadOnlySpan<string> path) =>
        Find(json, path) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) ? value : null;

    private static JsonElement? Find(JsonElement? json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json is not { ValueKind: JsonValueKind.Object } parent || !parent.TryGetProperty(name, out var child))
            {
                return null;
            }

            json = child;
        }

        return json;
    }
}
