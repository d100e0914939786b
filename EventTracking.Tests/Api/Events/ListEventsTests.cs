using System.Net;
using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Api.Events;

public sealed class ListEventsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("status=broken", "status")]
    [InlineData("status=", "status")]
    [InlineData("source=", "source")]
    [InlineData("entity=product", "entity")]
    [InlineData("entity=:1", "entity")]
    [InlineData("waitingOn=product", "waitingOn")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=11/23/2026", "from")]
    [InlineData("from=2026-11-23T10:00:00+01:00", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("from=2026-11-24&to=2026-11-23", "to")]
    [InlineData("cursor=1", "cursor")]
    [InlineData("cursor=UUUUUUUUUUUUUUUUUUUUUUUUUU", "cursor")]
    [InlineData("cursor=2026-11-23T10:15:31.0350000Z~01M83YEMEGQ2V7N4X9B6C1D0EF", "cursor")]
    [InlineData("status=failed&cursor=01M83YEMEGQ2V7N4X9B6C1D0EF", "cursor")]
    [InlineData("status=retrying&cursor=2026-11-23T10:15:31.035Z~01M83YEMEGQ2V7N4X9B6C1D0EF", "cursor")]
    [InlineData("status=waiting&cursor=2026-11-23T10:15:31.0350000Z~", "cursor")]
    [InlineData("fingerprint=5f2a&cursor=~01M83YEMEGQ2V7N4X9B6C1D0EF", "cursor")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=99999999999999999999", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("limit=0&status=x&from=y", "limit", "status", "from")]
    public async Task A_bad_filter_is_named(string query, params string[] fields)
    {
        using var response = await api.Viewer.GetAsync($"/events?{query}", Cancel);

        await response.AssertInvalidAsync(fields);
    }

    [Theory]
    [InlineData("to=9999-12-31T23:59:59.9999999Z")]
    [InlineData("from=9999-12-31T23:59:59.9999999Z")]
    public async Task The_end_of_time_is_a_bound_like_any_other(string query)
    {
        await using var own = await ApiFixture.StartAsync();

        using var response = await own.Viewer.GetAsync($"/events?{query}", Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_long_filter_is_refused()
    {
        using var response = await api.Viewer.GetAsync($"/events?topic={new string('t', 256)}", Cancel);

        await response.AssertInvalidAsync("topic");
    }

    [Fact]
    public async Task Every_filter_leaves_out_the_event_that_differs_in_it_alone()
    {
        var time = new FakeTimeProvider(Noon.AddHours(-12).AddMilliseconds(-1));
        await using var own = await StartAsync(time);
        var wanted = TrackedEvents.Delivery() with
        {
            Source = "shopify",
            Account = "example.myshopify.com",
            Topic = "inventory_levels/update",
            Function = "inventory-observed",
            Entity = new EntityKey("product", "1008"),
        };
        Dictionary<string, EventId> others = new() { ["from=2026-11-23"] = await FailAsync(own, wanted) };
        time.SetUtcNow(Noon.AddHours(-1));
        var id = await FailAsync(own, wanted);
        others["status=Failed"] = await FailAsync(own, wanted, EventStatus.Retrying);
        others["source=shopify"] = await FailAsync(own, wanted with { Source = "brightpearl", Account = "example" });
        others["topic=inventory_levels/update"] = await FailAsync(own, wanted with { Topic = "inventory_levels/connect" });
        others["function=inventory-observed"] = await FailAsync(own, wanted with { Function = "stock-sync" });
        others["entity=product:1008"] = await FailAsync(own, wanted with { Entity = new EntityKey("product", "1009") });
        others["fingerprint=5f2a"] = await FailAsync(own, wanted, fingerprint: "5f2b");
        time.SetUtcNow(Noon);
        others["to=2026-11-23T13:00:00%2B01:00"] = await FailAsync(own, wanted);

        Assert.Equal([id], await ListAsync(own, others.Keys));
        foreach (var (filter, other) in others)
        {
            Assert.Equal(new[] { id, other }.Order(), (await ListAsync(own, others.Keys.Except([filter]))).Order());
        }
    }

    [Fact]
    public async Task What_waits_for_an_entity_is_listed()
    {
        await using var own = await ApiFixture.StartAsync();
        List<EventId> ids = [];
        foreach (var product in (string[])["1008", "1009"])
        {
            ids.Add(await own.AcceptAsync(TrackedEvents.Delivery()));
            await own.RunAsync(ids[^1], EventStatus.Waiting, waitingOn: new EntityKey("product", product));
        }

        Assert.Equal([ids[0]], IdsOf(await ReadPageAsync(own, "status=waiting&waitingOn=product:1008")));
        Assert.Equal([ids[1]], IdsOf(await ReadPageAsync(own, "waitingOn=product:1009")));
    }

    [Theory]
    [InlineData("status=failed")]
    [InlineData("fingerprint=5f2a")]
    [InlineData("status=failed&entity=product:1008")]
    public async Task A_failure_is_found_by_when_it_failed_and_not_by_when_it_was_triggered(string filter)
    {
        var time = new FakeTimeProvider(Noon);
        await using var own = await StartAsync(time);

        // Three imports of one window, which carry its start.
        List<EventId> ids = [];
        foreach (var number in Enumerable.Range(0, 3))
        {
            ids.Add(await FailAsync(own, TrackedEvents.Delivery() with { TriggeredAt = Noon.AddHours(-2), Entity = new EntityKey("product", "1008") }));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        var page = await ReadPageAsync(own, $"{filter}&from=2026-11-23T12:00&limit=2");
        Assert.Equal([ids[2], ids[1]], IdsOf(page));
        Assert.Equal("updatedAt", page.GetProperty("orderedBy").GetString());
        Assert.Equal("2026-11-23T12:02:00.000Z", page.GetProperty("events")[0].GetProperty("updatedAt").GetString());
        Assert.Equal($"2026-11-23T12:01:00.0000000Z~{ids[1]}", page.GetProperty("next").GetString());
        Assert.Equal([ids[0]], IdsOf(await ReadPageAsync(own, $"{filter}&from=2026-11-23T12:00&limit=2&cursor={page.GetProperty("next").GetString()}")));
        Assert.Equal([ids[1]], IdsOf(await ReadPageAsync(own, $"{filter}&from=2026-11-23T12:01&to=2026-11-23T12:02")));
        Assert.Empty(IdsOf(await ReadPageAsync(own, $"{filter}&to=2026-11-23T12:00")));

        var triggered = await ReadPageAsync(own, "entity=product:1008&to=2026-11-23T12:00");
        Assert.Equal(ids.OrderDescending(), IdsOf(triggered));
        Assert.Equal("triggeredAt", triggered.GetProperty("orderedBy").GetString());
    }

    [Fact]
    public async Task Without_filters_pages_have_the_newest_fifty_and_the_cursor_of_the_next()
    {
        await using var own = await StartAsync();
        List<EventId> ids = [];
        foreach (var number in Enumerable.Range(0, 51))
        {
            ids.Add(await own.AcceptAsync(TrackedEvents.Delivery() with { TriggeredAt = Noon.AddSeconds(number) }));
        }

        var first = await ReadPageAsync(own, "");
        var cursor = first.GetProperty("next").GetString();
        var last = await ReadPageAsync(own, $"cursor={cursor}");

        Assert.Equal(Enumerable.Reverse(ids).Take(50), IdsOf(first));
        Assert.Equal(ids[1].ToString(), cursor);
        Assert.Equal([ids[0]], IdsOf(last));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("next").ValueKind);
        Assert.Equal(Enumerable.Reverse(ids), IdsOf(await ReadPageAsync(own, "limit=200")));
        Assert.Equal([ids[50]], IdsOf(await ReadPageAsync(own, "limit=1")));
    }

    [Fact]
    public async Task A_line_shows_what_calls_for_attention()
    {
        await using var own = await StartAsync();
        var delivery = TrackedEvents.Delivery() with { Source = "shopify", Account = "example.myshopify.com", Topic = "inventory_levels/update", Entity = new EntityKey("inventory-item", "271878346596884015") };
        var waiting = await own.AcceptAsync(delivery with { TriggeredAt = Noon.AddSeconds(-1) });
        await own.RunAsync(waiting, EventStatus.Waiting, waitingOn: new EntityKey("product", "1008"));
        var failed = await FailAsync(own, delivery with { TriggeredAt = Noon.AddSeconds(-2) });

        var page = await ReadPageAsync(own, "");

        Assert.Equal(
            $$"""[{"id":"{{waiting}}","status":"waiting","source":"shopify","account":"example.myshopify.com","topic":"inventory_levels/update","function":"inventory-observed","entity":"inventory-item:271878346596884015","triggeredAt":"2026-11-23T11:59:59.000Z","receivedAt":"2026-11-23T12:00:00.000Z","updatedAt":"2026-11-23T12:00:00.000Z","attemptCount":1,"waitingOn":"product:1008","fingerprint":null,"error":null},"""
            + $$"""{"id":"{{failed}}","status":"failed","source":"shopify","account":"example.myshopify.com","topic":"inventory_levels/update","function":"inventory-observed","entity":"inventory-item:271878346596884015","triggeredAt":"2026-11-23T11:59:58.000Z","receivedAt":"2026-11-23T12:00:00.000Z","updatedAt":"2026-11-23T12:00:00.000Z","attemptCount":1,"waitingOn":null,"fingerprint":"5f2a","error":"The shop is slow."}]""",
            page.GetProperty("events").GetRawText());
    }

    private static Task<ApiFixture> StartAsync(FakeTimeProvider? time = null) =>
        ApiFixture.StartAsync(services: services => services.AddSingleton<TimeProvider>(time ?? new FakeTimeProvider(Noon)));

    private static async Task<EventId> FailAsync(ApiFixture api, Delivery delivery, EventStatus outcome = EventStatus.Failed, string fingerprint = "5f2a")
    {
        var id = await api.AcceptAsync(delivery with { DeliveryId = Guid.NewGuid().ToString() });
        await api.RunAsync(id, outcome, TrackedEvents.Failure(fingerprint));
        return id;
    }

    private static async Task<IEnumerable<EventId>> ListAsync(ApiFixture api, IEnumerable<string> filters)
    {
        var page = await ReadPageAsync(api, string.Join('&', filters));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next").ValueKind);
        return IdsOf(page);
    }

    private static async Task<JsonElement> ReadPageAsync(ApiFixture api, string query)
    {
        using var response = await api.Viewer.GetAsync($"/events?{query}", Cancel);
        response.EnsureSuccessStatusCode();
        return await response.ReadJsonAsync();
    }

    private static IEnumerable<EventId> IdsOf(JsonElement page) =>
        page.GetProperty("events").EnumerateArray().Select(line => EventId.Parse(line.GetProperty("id").GetString()!));
}
