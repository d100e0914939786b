using System.Net;
using System.Text;

namespace EventTracking.Tests.Api.Webhooks;

public sealed class ShopifyWebhookTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(Deliveries.InventoryLevel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> WrongSignatures =>
    [
        "",
        "not base64!",
        Deliveries.Sign(Body, "another secret"),
        Deliveries.Sign([.. Body, (byte)' '], ApiFixture.ShopifySecret),
        Deliveries.Sign(Body, ApiFixture.ShopifySecret)[..20],
        Deliveries.Sign(Body, ApiFixture.ShopifySecret)[..43],
        Deliveries.Sign(Body, ApiFixture.ShopifySecret) + "AAAA",
    ];

    [Fact]
    public async Task An_authentic_delivery_becomes_an_event_that_can_be_looked_at()
    {
        using var response = await api.Anonymous.SendAsync(Deliveries.Shopify(Body), Cancel);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var accepted = await response.ReadJsonAsync();
        var id = accepted.GetProperty("id").GetString();
        Assert.False(accepted.GetProperty("duplicate").GetBoolean());
        Assert.Equal($"/events/{id}", response.Headers.Location?.ToString());
        var shown = await (await api.Viewer.GetAsync(response.Headers.Location, Cancel)).ReadJsonAsync();
        Assert.Equal("shopify", shown.GetProperty("source").GetString());
        Assert.Equal("inventory_levels/update", shown.GetProperty("topic").GetString());
        Assert.Equal("inventory-item:271878346596884015", shown.GetProperty("entity").GetString());
        Assert.Equal(Body, await api.Viewer.GetByteArrayAsync($"/events/{id}/payload", Cancel));
    }

    [Fact]
    public async Task The_same_delivery_again_is_a_duplicate_with_the_same_id()
    {
        var delivery = Guid.NewGuid().ToString();
        using var first = await api.Anonymous.SendAsync(Deliveries.Shopify(Deliveries.InventoryLevel, delivery), Cancel);

        using var second = await api.Anonymous.SendAsync(Deliveries.Shopify(Deliveries.InventoryLevel, delivery), Cancel);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        var repeated = await second.ReadJsonAsync();
        Assert.True(repeated.GetProperty("duplicate").GetBoolean());
        Assert.Equal((await first.ReadJsonAsync()).GetProperty("id").GetString(), repeated.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Of_many_equal_deliveries_at_once_one_is_new()
    {
        var delivery = Guid.NewGuid().ToString();

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.Anonymous.SendAsync(Deliveries.Shopify(Deliveries.InventoryLevel, delivery), Cancel)));

        Assert.Equal(1, responses.Count(response => response.StatusCode == HttpStatusCode.Accepted));
        Assert.Equal(19, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
    }

    [Theory]
    [MemberData(nameof(WrongSignatures))]
    public async Task A_delivery_that_is_not_authentic_is_refused_and_not_stored(string signature)
    {
        await using var own = await ApiFixture.StartAsync();

        using var response = await own.Anonymous.SendAsync(Deliveries.Shopify(Body, signature), Cancel);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "webhook-not-authentic");
        await AssertNothingStoredAsync(own);
    }

    [Fact]
    public async Task A_delivery_without_a_signature_is_refused_and_not_stored()
    {
        await using var own = await ApiFixture.StartAsync();
        using var request = Deliveries.Shopify(Body);
        request.Headers.Remove("X-Shopify-Hmac-Sha256");

        using var response = await own.Anonymous.SendAsync(request, Cancel);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "webhook-not-authentic");
        await AssertNothingStoredAsync(own);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6_800)]
    [InlineData(300_000)]
    [InlineData(6 * 1024 * 1024)]
    public async Task A_body_arrives_whole_however_it_is_sent(int length)
    {
        var body = new byte[length];
        Random.Shared.NextBytes(body);

        foreach (var content in new HttpContent[] { new ByteArrayContent(body), new ChunkedContent(body) })
        {
            using var response = await api.Anonymous.SendAsync(Deliveries.Shopify(body, content: content), Cancel);

            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            var id = (await response.ReadJsonAsync()).GetProperty("id").GetString();
            Assert.Equal(body, await api.Viewer.GetByteArrayAsync($"/events/{id}/payload", Cancel));
        }
    }

    [Fact]
    public async Task A_delivery_that_cannot_be_stored_is_told_to_come_again_and_those_before_it_stay()
    {
        await using var full = await ApiFixture.StartAsync(settings: StoreFaults.LittleRoom);
        List<Uri?> accepted = [];
        HttpResponseMessage response;
        while ((response = await full.Anonymous.SendAsync(Deliveries.Shopify(Body), Cancel)).StatusCode == HttpStatusCode.Accepted && accepted.Count < 1000)
        {
            accepted.Add(response.Headers.Location);
        }

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.Equal("5", response.Headers.GetValues("Retry-After").Single());
        Assert.NotEmpty(accepted);
        var page = await (await full.Viewer.GetAsync("/events?limit=200", Cancel)).ReadJsonAsync();
        Assert.Equal(
            accepted.Select(location => location?.ToString()).Order(StringComparer.Ordinal),
            page.GetProperty("events").EnumerateArray().Select(line => $"/events/{line.GetProperty("id").GetString()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Neither_secrets_nor_signatures_are_logged()
    {
        await using var own = await ApiFixture.StartAsync();
        var signature = Deliveries.Sign(Body, ApiFixture.ShopifySecret);
        using var accepted = await own.Anonymous.SendAsync(Deliveries.Shopify(Body, signature), Cancel);
        using var refused = await own.Anonymous.SendAsync(Deliveries.Shopify([.. Body, (byte)' '], signature), Cancel);

        Assert.Contains("shopify", own.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(signature, own.Logs.Text + own.Logs.Scopes, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", own.Logs.Text + own.Logs.Scopes, StringComparison.Ordinal);
    }

    private static async Task AssertNothingStoredAsync(ApiFixture api)
    {
        var page = await (await api.Viewer.GetAsync("/events", Cancel)).ReadJsonAsync();
        Assert.Equal(0, page.GetProperty("events").GetArrayLength());
    }
}
