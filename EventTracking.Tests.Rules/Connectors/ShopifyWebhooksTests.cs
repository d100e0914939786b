using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Connectors;
public sealed class ShopifyWebhooksTests
{
    private const string Level = """{"inventory_item_id":271878346596884999,"location_id":5,"available":10,"updated_at":"2026-10-02T09:30:00-04:00","admin_graphql_api_id":"gid:\/\/shopify\/InventoryLevel\/9?inventory_item_id=271878346596884999"}""";

    private static readonly DateTimeOffset Now = new(2026, 10, 2, 23, 59, 59, TimeSpan.Zero);

    private static readonly ShopifyWebhooks Webhooks = new(new ChangingOptions<ShopifyOptions>(new ShopifyOptions
    {
        ShopDomain = "test-store.myshopify.com",
        WebhookSecrets = { "new secret", "old secret", "" },
    }), new FakeTimeProvider(Now));

    [Theory]
    [InlineData("new secret", true)]
    [InlineData("old secret", true)]
    [InlineData("another secret", false)]
    [InlineData("", false)]
    public void Accepts_what_is_signed_with_one_of_the_secrets(string secret, bool authentic) =>
        Assert.Equal(authentic, Webhooks.IsAuthentic(Encoding.UTF8.GetBytes(Level), Sign(secret, Level)));

    [Theory]
    [InlineData("{0},{0}", true)]
    [InlineData("{0}, {0}", true)]
    [InlineData("{1}, {0}", true)]
    [InlineData("no base64,{0}", true)]
    [InlineData("{1},{1},{1},{0}", true)]
    [InlineData("{1},{1},{1},{1},{0}", false)]
    [InlineData("{1},{1}", false)]
    [InlineData(",", false)]
    public void Of_signatures_that_were_joined_one_has_to_be_valid(string header, bool authentic) => Assert.Equal(
        authentic,
        Webhooks.IsAuthentic(Encoding.UTF8.GetBytes(Level), string.Format(CultureInfo.InvariantCulture, header, Sign("new secret", Level), Sign("another secret", Level))));

    [Fact]
    public void Refuses_a_signature_that_is_missing_cut_too_long_or_no_base64()
    {
        var body = Encoding.UTF8.GetBytes(Level);
        var good = Sign("new secret", Level);

        Assert.False(Webhooks.IsAuthentic(body, null));
        Assert.False(Webhooks.IsAuthentic(body, ""));
        Assert.False(Webhooks.IsAuthentic(body, good[..20]));
        Assert.False(Webhooks.IsAuthentic(body, good + good));
        Assert.False(Webhooks.IsAuthentic(body, "!" + good[1..]));
        Assert.False(Webhooks.IsAuthentic(body, Convert.ToHexString(Convert.FromBase64String(good))));
        Assert.False(Webhooks.IsAuthentic(Encoding.UTF8.GetBytes(Level + " "), good));
        Assert.False(Webhooks.IsAuthentic(Encoding.UTF8.GetBytes(Level.Replace("\\/", "/", StringComparison.Ordinal)), good));
    }

    [Fact]
    public void Accepts_an_empty_body_that_is_signed() => Assert.True(Webhooks.IsAuthentic([], Sign("new secret", "")));

    [Fact]
    public void Checking_allocates_nothing()
    {
        var (body, signature) = (Encoding.UTF8.GetBytes(Level), Sign("old secret", Level));
        Webhooks.IsAuthentic(body, signature);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Webhooks.IsAuthentic(body, signature);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Reads_headers_and_entity()
    {
        var delivery = Read(
            Level,
            ("X-Shopify-Topic", "inventory_levels/update"),
            ("X-Shopify-Shop-Domain", "other-store.myshopify.com"),
            ("X-Shopify-Webhook-Id", "w-1"),
            ("x-shopify-event-id", "e-1"),
            ("X-Shopify-Triggered-At", "2026-10-02T13:30:00.123456789Z"),
            ("X-Shopify-Hmac-Sha256", "signature"),
            ("X-Shopify-Access-Token", "token"),
            ("Authorization", "Bearer x"),
            ("Content-Type", "application/json"),
            ("User-Agent", "Shopify-Captain-Hook"));

        Assert.Equal(("shopify", "other-store.myshopify.com", "inventory_levels/update"), (delivery.Source, delivery.Account, delivery.Topic));
        Assert.Equal(("w-1", true, "e-1"), (delivery.DeliveryId, delivery.DeliveryIdIsUnique, delivery.CorrelationId));
        Assert.Equal(new EntityKey("inventory-item", "271878346596884999"), delivery.Entity);
        Assert.InRange(delivery.TriggeredAt!.Value, new(2026, 10, 2, 13, 30, 0, 123, TimeSpan.Zero), new(2026, 10, 2, 13, 30, 0, 124, TimeSpan.Zero));
        Assert.Equal(
            ["content-type", "user-agent", "x-shopify-event-id", "x-shopify-shop-domain", "x-shopify-topic", "x-shopify-triggered-at", "x-shopify-webhook-id"],
            delivery.Headers.Keys.Order());
    }

    [Fact]
    public void Without_a_delivery_id_the_content_tells_deliveries_apart()
    {
        var (first, again, other) = (Read(Level), Read(Level), Read(Level + " "));

        Assert.Equal(first.DeliveryId, again.DeliveryId);
        Assert.NotEqual(first.DeliveryId, other.DeliveryId);
        Assert.False(first.DeliveryIdIsUnique);
        Assert.Equal(("test-store.myshopify.com", "unknown"), (first.Account, first.Topic));
        Assert.Null(first.TriggeredAt);
        Assert.Null(first.CorrelationId);
    }

    [Theory]
    [InlineData("products/update", """{"admin_graphql_api_id":"x","id":788032119674292999}""", "shopify-product:788032119674292999")]
    [InlineData("products/delete", """{"id":"788032119674292999"}""", "shopify-product:788032119674292999")]
    [InlineData("orders/create", """{"line_items":[{"id":1}],"customer":{"id":2},"id":450789999}""", "order:450789999")]
    [InlineData("inventory_items/update", """{"id":7,"sku":"A"}""", "inventory-item:7")]
    [InlineData("inventory_levels/update", """{"inventory_item_id":7,"available":null""", "inventory-item:7")]
    [InlineData("orders/edited", """{"order_edit":{"id":1}}""", null)]
    [InlineData("products/update", """{"tags":[1,],"id":5}""", "shopify-product:5")]
    [InlineData("products/update", """{"id":9223372036854775807}""", "shopify-product:9223372036854775807")]
    [InlineData("products/update", """{"id":0}""", null)]
    [InlineData("products/update", """{"id":""}""", null)]
    [InlineData("products/update", "7", null)]
    [InlineData("products/update", """{"id":true}""", null)]
    [InlineData("products/update", """{"id":1.5}""", null)]
    [InlineData("products/update", """{"id":-1}""", null)]
    [InlineData("products/update", """{"id":99999999999999999999}""", null)]
    [InlineData("products/update", """{"id":{"id":1}}""", null)]
    [InlineData("products/update", """[{"id":1}]""", null)]
    [InlineData("products/update", """{"\ud800":1,"id":5}""", "shopify-product:5")]
    [InlineData("products/update", """{"\ud800":1}""", null)]
    [InlineData("products/update", "", null)]
    [InlineData("products/update", "{\"title\":", null)]
    [InlineData("app/uninstalled", """{"id":1}""", null)]
    public void Finds_what_the_delivery_is_about(string topic, string body, string? entity) =>
        Assert.Equal(entity, Read(body, ("x-shopify-topic", topic)).Entity?.ToString());

    [Theory]
    [InlineData("2026-10-02T13:30:00Z")]
    [InlineData("2026-10-02T09:30:00-04:00")]
    [InlineData("2026-10-02T13:30:00.000Z")]
    [InlineData("2026-10-02T13:30:00.000000000Z")]
    public void Reads_times_in_all_their_spellings(string text) =>
        Assert.Equal(new DateTimeOffset(2026, 10, 2, 13, 30, 0, TimeSpan.Zero), Read(Level, ("x-shopify-triggered-at", text)).TriggeredAt);

    [Fact]
    public void Never_throws() => Gen.Select(
        Gen.Int[0, 4].Select(index => new[] { "inventory_levels/update", "products/update", "orders/create", "x", "" }[index]),
        Gen.String,
        Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Gen.Select(Gen.Int[0, Level.Length], Gen.Byte.Array[0, 5], (cut, noise) => (byte[])[.. Encoding.UTF8.GetBytes(Level[..cut]), .. noise, .. Encoding.UTF8.GetBytes(Level[cut..])])))
        .Sample((topic, text, body) =>
        {
            var headers = new Dictionary<string, string> { ["X-Shopify-Topic"] = topic, ["X-Shopify-Triggered-At"] = text, [text] = text };
            Assert.NotEmpty(Webhooks.Read(headers, body).DeliveryId);
            Assert.False(Webhooks.IsAuthentic(body, text));
        });

    private static string Sign(string secret, string body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    private static Delivery Read(string body, params (string Name, string Value)[] headers) =>
        Webhooks.Read(headers.ToDictionary(header => header.Name, header => header.Value), Encoding.UTF8.GetBytes(body));

    [Fact]
    public void Without_a_delivery_id_topic_and_time_count_beside_the_body()
    {
        var ids = new[]
        {
            Read(Level, ("x-shopify-topic", "a")).DeliveryId,
            Read(Level, ("x-shopify-topic", "b")).DeliveryId,
            Read(Level, ("x-shopify-topic", "a"), ("x-shopify-triggered-at", "2026-10-02T13:30:00Z")).DeliveryId,
        };

        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Assert.StartsWith("sha256:", id, StringComparison.Ordinal));
    }

    [Fact]
    public void A_blank_header_counts_as_missing() => Assert.Equal("unknown", Read(Level, ("x-shopify-topic", " ")).Topic);

    [Fact]
    public void Names_without_X_mean_the_same_and_are_kept_under_the_usual_ones()
    {
        var delivery = Read(
            Level,
            ("Shopify-Topic", "inventory_levels/update"),
            ("shopify-shop-domain", "Test-Store.myshopify.com"),
            ("SHOPIFY-WEBHOOK-ID", "w-1"),
            ("Shopify-Event-Id", "e-1"),
            ("Shopify-API-Version", "unstable"),
            ("Shopify-Triggered-At", "2026-10-02T13:30:00Z"),
            ("Shopify-Hmac-Sha256", "signature"),
            ("Shopify-Access-Token", "token"));

        Assert.Equal(("test-store.myshopify.com", "inventory_levels/update", "w-1", "e-1"), (delivery.Account, delivery.Topic, delivery.DeliveryId, delivery.CorrelationId));
        Assert.Equal(new DateTimeOffset(2026, 10, 2, 13, 30, 0, TimeSpan.Zero), delivery.TriggeredAt);
        Assert.Equal(
            ["x-shopify-api-version", "x-shopify-event-id", "x-shopify-shop-domain", "x-shopify-topic", "x-shopify-triggered-at", "x-shopify-webhook-id"],
            delivery.Headers.Keys.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_both_names_the_one_with_X_counts_in_any_order(bool reversed)
    {
        (string, string)[] headers = [("X-Shopify-Topic", "with"), ("Shopify-Topic", "without")];

        var delivery = Read(Level, reversed ? [.. headers.Reverse()] : headers);

        Assert.Equal(("with", "with"), (delivery.Topic, delivery.Headers["x-shopify-topic"]));
    }

    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a/b,a/b", "a/b")]
    [InlineData("a/b, a/b", "a/b")]
    [InlineData("a/b,c/d", "unknown")]
    [InlineData(",", "unknown")]
    public void A_topic_that_came_twice_is_one_if_both_are_equal(string header, string topic) =>
        Assert.Equal(topic, Read(Level, ("x-shopify-topic", header)).Topic);

    [Theory]
    [InlineData(null)]
    [InlineData("soon")]
    public void Without_a_time_the_day_of_receipt_makes_all_tries_of_a_delivery_one_event(string? triggeredAt)
    {
        var delivery = triggeredAt is null ? Read(Level, ("x-shopify-webhook-id", "w-1")) : Read(Level, ("x-shopify-webhook-id", "w-1"), ("x-shopify-triggered-at", triggeredAt));

        Assert.Equal(new DateTimeOffset(2026, 10, 2, 0, 0, 0, TimeSpan.Zero), delivery.TriggeredAt);
    }

    [Fact]
    public void A_byte_order_mark_is_signed_but_not_read()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Level)];

        Assert.True(Webhooks.IsAuthentic(body, Convert.ToBase64String(HMACSHA256.HashData("new secret"u8, body))));
        var delivery = Webhooks.Read(new Dictionary<string, string> { ["X-Shopify-Topic"] = "inventory_levels/update" }, body);
        Assert.Equal("inventory-item:271878346596884999", delivery.Entity?.ToString());
        Assert.True(delivery.Body.Span.SequenceEqual(body));
    }
}
