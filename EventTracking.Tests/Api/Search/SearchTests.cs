using System.Net;
using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Processing;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Api.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Search;

public sealed class SearchTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_found_by_its_id()
    {
        var id = await api.AcceptAsync(TrackedEvents.Delivery());

        Assert.Equal([id], await FoundAsync(id.ToString().ToLowerInvariant(), "event-id"));
    }

    [Fact]
    public async Task A_webhook_is_found_by_the_id_that_its_sender_gave_it()
    {
        using var request = Deliveries.Shopify(Deliveries.InventoryLevel);
        var webhook = request.Headers.GetValues("X-Shopify-Webhook-Id").Single();
        using var response = await api.Anonymous.SendAsync(request, Cancel);
        var id = EventId.Parse((await response.ReadJsonAsync()).GetProperty("id").GetString()!);

        Assert.Equal([id], await FoundAsync($"{webhook}&day={Deliveries.Time[..10]}", "delivery-id", escape: false));
        Assert.Contains("Tried the accounts", (await ReadingAsync($"{webhook}&day=2020-01-01", "delivery-id", escape: false)).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_is_found_by_the_trace_of_the_request_that_brought_it()
    {
        var trace = Guid.NewGuid().ToString("N");
        using var request = Deliveries.Shopify(Deliveries.InventoryLevel);
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var response = await api.Anonymous.SendAsync(request, Cancel);
        var id = EventId.Parse((await response.ReadJsonAsync()).GetProperty("id").GetString()!);

        Assert.Equal([id], await FoundAsync($"{trace}&day={Deliveries.Time[..10]}", "trace-id", escape: false));
    }

    [Fact]
    public async Task A_sku_leads_to_the_events_of_its_product_and_of_its_inventory_item()
    {
        // The catalog of a service that has not searched for a SKU yet.
        await using var own = await ApiFixture.StartAsync();
        await own.Services.GetRequiredService<ProductCatalog>().LinkAsync(4711, "SEARCHED-M", 815, Cancel);
        var product = await own.AcceptAsync(TrackedEvents.Delivery() with { Entity = new EntityKey("product", "4711") });
        var item = await own.AcceptAsync(TrackedEvents.Delivery() with { Entity = new EntityKey("inventory-item", "815") });

        Assert.Equal(((EventId[])[item, product]).OrderDescending(), await FoundAsync("SEARCHED-M", "sku", from: own));
        Assert.Equal(2, (await FoundAsync("4711", "product-id", from: own)).Count);
        Assert.Equal(2, (await FoundAsync("815", "inventory-item-id", from: own)).Count);
        Assert.Equal([product], await FoundAsync("product:4711", "entity", from: own));
    }

    [Fact]
    public async Task Every_reading_says_why_it_found_nothing()
    {
        var answer = await SearchAsync("NO-SUCH-KEY");

        Assert.Equal(0, answer.GetProperty("found").GetInt32());
        Assert.Equal(
            [
                ("delivery-id", Assert.Single(answer.GetProperty("readings").EnumerateArray(), reading => reading.GetProperty("kind").GetString() == "delivery-id").GetProperty("reason").GetString()!),
                ("payload-key", "No paths of payloads are configured. Set EventTracking:Search:Paths to search for values in them."),
                ("sku", "The catalog has no product with the SKU 'NO-SUCH-KEY'. Case matters."),
            ],
            answer.GetProperty("readings").EnumerateArray().Select(reading => (reading.GetProperty("kind").GetString()!, reading.GetProperty("reason").GetString()!)));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("4711471147114711")]
    [InlineData("hook 12 of monday")]
    public async Task A_delivery_id_has_no_form(string id)
    {
        using var request = Deliveries.Shopify(Deliveries.InventoryLevel);
        request.Headers.Remove("X-Shopify-Webhook-Id");
        request.Headers.TryAddWithoutValidation("X-Shopify-Webhook-Id", id);
        using var response = await api.Anonymous.SendAsync(request, Cancel);
        var found = EventId.Parse((await response.ReadJsonAsync()).GetProperty("id").GetString()!);

        Assert.Equal([found], await FoundAsync($"{Uri.EscapeDataString(id)}&day={Deliveries.Time[..10]}", "delivery-id", escape: false));
    }

    [Fact]
    public async Task A_fingerprint_and_a_cause_lead_to_their_failures()
    {
        await using var own = await ApiFixture.StartAsync();
        var id = await own.AcceptAsync(TrackedEvents.Delivery() with { Function = "unrouted" });
        await own.RunAsync(id, EventStatus.Failed, TrackedEvents.Failure("2-309e9782da0ff410"));

        Assert.Equal([id], await FoundAsync("2-309E9782DA0FF410", "fingerprint", from: own));
        Assert.Equal([id], await FoundAsync("unrouted", "cause", from: own));
        Assert.Equal("Nothing fails with this cause now.", (await ReadingAsync("stock-sync", "cause", from: own)).GetProperty("reason").GetString());
        Assert.Contains("No event", (await ReadingAsync("2-309e9782da0ff411", "fingerprint", from: own)).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_id_of_a_bulk_replay_is_recognized()
    {
        await using var own = await ApiFixture.StartAsync();
        await own.RunAsync(await own.AcceptAsync(TrackedEvents.Delivery()), EventStatus.Failed, TrackedEvents.Failure("5f2a9c01"));
        using var created = await own.Operator.PostAsync("/replays", Body.Json("""{ "filter": { "status": "failed" } }"""), Cancel);
        var id = (await created.ReadJsonAsync()).GetProperty("id").GetString()!;

        Assert.Contains($"GET /replays/{id}", (await ReadingAsync(id, "replay-id", from: own)).GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains($"GET /replays/{id}", (await ReadingAsync($"https://desk.example/replays/{id}?x=1", "replay-id", from: own)).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_is_understood_or_said_not_to_be()
    {
        await using var own = await ApiFixture.StartAsync();
        var item = await own.AcceptAsync(TrackedEvents.Delivery() with { Entity = new EntityKey("inventory-item", "815") });

        Assert.Equal([item], await FoundAsync("gid://shopify/InventoryItem/815", "inventory-item-id", from: own));
        Assert.Equal([item], await FoundAsync($"https://desk.example/#/events/{item}", "event-id", from: own));
        Assert.Empty(await FoundAsync("https://admin.shopify.com/store/x/products/123", "shopify-product-id", from: own));
        var unknown = await SearchAsync("https://example.org/what/is/this", from: own);
        Assert.Equal(["payload-key", "address"], unknown.GetProperty("readings").EnumerateArray().Select(reading => reading.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task A_value_at_a_configured_path_finds_its_event()
    {
        await using var own = await ApiFixture.StartAsync(settings: new()
        {
            ["EventTracking:Search:Paths:0:Source"] = "test",
            ["EventTracking:Search:Paths:0:Topic"] = "topic",
            ["EventTracking:Search:Paths:0:Path"] = "order.name",
            ["EventTracking:Worker:Enabled"] = "false",
        });
        var id = await own.AcceptAsync(TrackedEvents.Delivery("""{ "order": { "name": "#1001" } }"""));
        await own.Services.GetRequiredService<BatchPump>().RunAsync(own.Services.GetRequiredService<FunctionRegistry>().Find("unrouted")!, TimeSpan.FromSeconds(10), Cancel);

        var found = JsonDocument.Parse(await own.Viewer.GetStringAsync("/search?q=%231001", Cancel)).RootElement.GetProperty("readings")[0];

        Assert.Equal(("payload-key", id.ToString()), (found.GetProperty("kind").GetString(), found.GetProperty("events")[0].GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("/search", "q")]
    [InlineData("/search?q=%20", "q")]
    [InlineData("/search?q=a&day=yesterday", "day")]
    [InlineData("/search?q=a&day=0001-01-01", "day")]
    [InlineData("/search?q=a&day=9999-12-31", "day")]
    public async Task A_search_needs_a_key_and_a_day_must_be_one(string path, string field) => await (await api.Viewer.GetAsync(path, Cancel)).AssertInvalidAsync(field);

    [Fact]
    public async Task A_key_is_too_long_at_201_characters() => await (await api.Viewer.GetAsync($"/search?q={new string('x', 201)}", Cancel)).AssertInvalidAsync("q");

    [Fact]
    public async Task A_search_through_payloads_says_what_it_takes_and_then_finds_the_text()
    {
        var text = Guid.NewGuid().ToString();
        var id = await api.AcceptAsync(TrackedEvents.Delivery($$"""{ "email": "{{text}}" }"""));
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var days = $"\"from\": \"{now.AddDays(-1):yyyy-MM-dd}\", \"to\": \"{now.AddDays(1):yyyy-MM-dd}\"";

        var forecast = await DeepAsync($$"""{ "text": "{{text}}", {{days}}, "dryRun": true }""");
        var found = await DeepAsync($$"""{ "text": "{{text}}", {{days}} }""");

        Assert.True(forecast.GetProperty("forecast").GetProperty("segments").GetInt64() > 0);
        Assert.Empty(forecast.GetProperty("hits").EnumerateArray());
        Assert.Equal(id.ToString(), Assert.Single(found.GetProperty("hits").EnumerateArray()).GetProperty("eventId").GetString());
        Assert.Null(found.GetProperty("next").GetString());
    }

    [Theory]
    [InlineData("""{ "text": "ab", "from": "2026-11-23", "to": "2026-11-23" }""", "text")]
    [InlineData("""{ "text": "abc", "to": "2026-11-23" }""", "from")]
    [InlineData("""{ "text": "    ", "from": "2026-11-23", "to": "2026-11-23" }""", "text")]
    [InlineData("""{ "text": "abc", "from": "9999-12-31", "to": "9999-12-31" }""", "from", "to")]
    [InlineData("""{ "text": "abc", "from": "2026-11-24", "to": "2026-11-23" }""", "to")]
    [InlineData("""{ "text": "abc", "from": "2026-10-01", "to": "2026-11-23" }""", "to")]
    [InlineData("""{ "text": "abc", "from": "2026-11-23", "to": "2026-11-23", "cursor": "2026-11-22~01~5" }""", "cursor")]
    public async Task A_search_through_payloads_has_bounds(string body, params string[] fields) =>
        await (await api.Operator.PostAsync("/search/deep", Body.Json(body), Cancel)).AssertInvalidAsync(fields);

    [Theory]
    [InlineData("position")]
    [InlineData("days")]
    public async Task What_a_search_through_payloads_works_out_itself_cannot_be_sent(string member) =>
        await (await api.Operator.PostAsync("/search/deep", Body.Json($$"""{ "text": "abc", "from": "2026-11-23", "to": "2026-11-23", "{{member}}": null }"""), Cancel)).AssertProblemAsync(HttpStatusCode.BadRequest, "malformed-request");

    private async Task<JsonElement> DeepAsync(string body)
    {
        using var response = await api.Operator.PostAsync("/search/deep", Body.Json(body), Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    private async Task<JsonElement> SearchAsync(string q, bool escape = true, ApiFixture? from = null) =>
        JsonDocument.Parse(await (from ?? api).Viewer.GetStringAsync($"/search?q={(escape ? Uri.EscapeDataString(q) : q)}", Cancel)).RootElement;

    private async Task<JsonElement> ReadingAsync(string q, string kind, bool escape = true, ApiFixture? from = null) =>
        Assert.Single((await SearchAsync(q, escape, from)).GetProperty("readings").EnumerateArray(), reading => reading.GetProperty("kind").GetString() == kind);

    private async Task<IReadOnlyList<EventId>> FoundAsync(string q, string kind, bool escape = true, ApiFixture? from = null) =>
        [.. (await ReadingAsync(q, kind, escape, from)).GetProperty("events").EnumerateArray().Select(summary => EventId.Parse(summary.GetProperty("id").GetString()!))];
}
