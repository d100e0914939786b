using System.Net;
using System.Text.Json;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Recognizes throttled calls. Shopify throttles with 429, or with 200 and an error in the body that reports the state of the bucket.</summary>
internal static class ShopifyThrottle
{
    public const string Code = "THROTTLED";

    public static Throttle? Find(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            return new Throttle(null);
        }

        // Search the bytes first: most responses do not contain the code and are therefore not parsed twice.
        return response.IsSuccessStatusCode && body.Span.IndexOf("\"THROTTLED\""u8) >= 0 ? Find(body.Span) : null;
    }

    private static Throttle? Find(ReadOnlySpan<byte> body)
    {
        try
        {
            var message = JsonSerializer.Deserialize(body, ShopifyJson.Default.GraphResponseJsonElement);
            return message?.Errors?.Any(error => error.Extensions?.Code == Code) == true ? new Throttle(Wait(message.Extensions?.Cost)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TimeSpan? Wait(GraphCost? cost) =>
        cost is { RequestedQueryCost: { } requested, ThrottleStatus: { RestoreRate: > 0 } bucket }
            ? TimeSpan.FromSeconds(Math.Clamp((requested - bucket.CurrentlyAvailable) / bucket.RestoreRate, 0, 3600))
            : null;
}
