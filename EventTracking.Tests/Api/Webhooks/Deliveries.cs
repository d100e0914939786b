using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventTracking.Tests.Api.Webhooks;

/// <summary>Requests in the form that the sources send.</summary>
internal static class Deliveries
{
    /// <summary>The time of every change: plausible to the service, and the same for all tries of a delivery.</summary>
    public static readonly string Time = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public const string InventoryLevel = """{"inventory_item_id":271878346596884015,"location_id":24826418,"available":7,"updated_at":"2026-11-23T10:15:30Z"}""";

    public static HttpRequestMessage Shopify(byte[] body, string? signature = null, string? deliveryId = null, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/shopify") { Content = content ?? new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation("X-Shopify-Hmac-Sha256", signature ?? Sign(body, ApiFixture.ShopifySecret));
        request.Headers.Add("X-Shopify-Topic", "inventory_levels/update");
        request.Headers.Add("X-Shopify-Shop-Domain", "example.myshopify.com");
        request.Headers.Add("X-Shopify-Triggered-At", Time);
        request.Headers.Add("X-Shopify-Webhook-Id", deliveryId ?? Guid.NewGuid().ToString());
        return request;
    }

    public static HttpRequestMessage Shopify(string body, string? deliveryId = null) => Shopify(Encoding.UTF8.GetBytes(body), deliveryId: deliveryId);

    public static HttpRequestMessage Brightpearl(string body, string key = ApiFixture.BrightpearlKey) =>
        new(HttpMethod.Post, $"/webhooks/brightpearl/{key}") { Content = Body.Json(body) };

    public static string Sign(byte[] body, string secret) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
