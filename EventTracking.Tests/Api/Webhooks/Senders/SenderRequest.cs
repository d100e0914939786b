using System.Text;

namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>A request as a sender means it, before a host sees it in its own form.</summary>
internal sealed record SenderRequest(string Method, string Target)
{
    public const string Shop = "sandbox-store.myshopify.com";
    public const string Account = "sandbox";

    public IReadOnlyList<(string Name, string Value)> Headers { get; private init; } = [];

    /// <summary>Null for a request that has no body at all.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether the body is sent in chunks, without its length, where the host knows that.</summary>
    public bool IsChunked { get; init; }

    /// <summary>A signed delivery of Shopify with all its headers.</summary>
    public static SenderRequest Shopify(byte[]? body, string topic = "inventory_levels/update") => new SenderRequest("POST", "/webhooks/shopify") { Body = body }
        .With("Content-Type", "application/json")
        .With("X-Shopify-Topic", topic)
        .With("X-Shopify-Shop-Domain", Shop)
        .With("X-Shopify-API-Version", "2026-10")
        .With("X-Shopify-Webhook-Id", Guid.NewGuid().ToString())
        .With("X-Shopify-Event-Id", Guid.NewGuid().ToString())
        .With("X-Shopify-Triggered-At", Deliveries.Time)
        .With("X-Shopify-Hmac-Sha256", Deliveries.Sign(body ?? [], ApiFixture.ShopifySecret));

    public static SenderRequest Shopify(string body, string topic = "inventory_levels/update") => Shopify(Encoding.UTF8.GetBytes(body), topic);

    /// <summary>A delivery of Brightpearl with the right key.</summary>
    public static SenderRequest Brightpearl(byte[]? body, string contentType = "application/json", string query = "", string method = "POST") =>
        new SenderRequest(method, $"/webhooks/brightpearl/{ApiFixture.BrightpearlKey}{query}") { Body = body }.With("Content-Type", contentType);

    public static SenderRequest Brightpearl(string body, string contentType = "application/json") => Brightpearl(Encoding.UTF8.GetBytes(body), contentType);

    public SenderRequest With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    public SenderRequest Without(params string[] names) => this with { Headers = [.. Headers.Where(header => !names.Contains(header.Name))] };

    /// <summary>Sends another value of a header that is there.</summary>
    public SenderRequest Instead(string name, string value) => Without(name).With(name, value);

    public SenderRequest Renamed(Func<string, string> rename) => this with { Headers = [.. Headers.Select(header => (rename(header.Name), header.Value))] };

    public SenderRequest To(string target) => this with { Target = target };
}
