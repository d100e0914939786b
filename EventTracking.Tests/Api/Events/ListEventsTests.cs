using System.Net;
using EventTracking.Core.Events;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Events;

public sealed class ListEventsTests
{
    private static readonly EventId Id = EventId.Parse("01M83YEMEGQ2V7N4X9B6C1D0EF");
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("status=broken", "status")]
    [InlineData("status=", "status")]
    [InlineData("source=", "source")]
    [InlineData("entity=product", "entity")]
    [InlineData("entity=:1", "entity")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=11/23/2026", "from")]
    [InlineData("from=2026-11-23T10:00:00+01:00", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("from=2026-11-24&to=2026-11-23", "to")]
    [InlineData("cursor=1", "cursor")]
    [InlineData("cursor=UUUUUUUUUUUUUUUUUUUUUUUUUU", "cursor")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=99999999999999999999", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("limit=0&status=x&from=y", "limit", "status", "from")]
    public async Task A_bad_filter_is_named(string query, params string[] fields)
    {
        await using var api = await ApiFixture.StartAsync();

        using var response = await api.Viewer.GetAsync($"/events?{query}", Cancel);

        await response.AssertInvalidAsync(fields);
    }

    [Fact]
    public async Task A_long_filter_is_refused()
    {
        await using var api = await ApiFixture.StartAsync();

        using var response = await api.Viewer.GetAsync($"/events?topic={new string('t', 201)}", Cancel);

        await response.AssertInvalidAsync("topic");
    }

    [Fact]
    public async Task All_filters_reach_the_ledger()
    {
        var ledger = new GivenLedger();
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<IEventLedger>(ledger));

        await api.Viewer.GetStringAsync(
            "/events?status=Failed&source=shopify&topic=inventory_levels/update&function=inventory-observed&entity=product:1008&fingerprint=5f2a"
            + $"&from=2026-11-23&to=2026-11-23T13:00:00%2B01:00&cursor={Id}&limit=200", Cancel);

        Assert.Equal(
            new EventQuery
            {
                Status = EventStatus.Failed,
                Source = "shopify",
                Topic = "inventory_levels/update",
                Function = "inventory-observed",
                Entity = new EntityKey("product", "1008"),
                Fingerprint = "5f2a",
                From = Noon.AddHours(-12),
                To = Noon,
                Before = Id,
                Limit = 200,
            },
            ledger.LastQuery);
    }

    [Fact]
    public async Task Without_filters_the_newest_fifty_are_asked_for()
    {
        var ledger = new GivenLedger();
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<IEventLedger>(ledger));

        var page = await (await api.Viewer.GetAsync("/events", Cancel)).ReadJsonAsync();

        Assert.Equal(new EventQuery(), ledger.LastQuery);
        Assert.Equal(0, page.GetProperty("events").GetArrayLength());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, page.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task A_page_shows_its_events_and_the_cursor_of_the_next()
    {
        var metadata = new EventMetadata(Id, "shopify", "example.myshopify.com", "inventory_levels/update", "inventory-observed", new EntityKey("inventory-item", "271878346596884015"), Noon, null, null, Id.ToString());
        var ledger = new GivenLedger
        {
            Page = new EventPage([new EventSummary(metadata, EventStatus.Waiting, Noon.AddMilliseconds(1), 2, new EntityKey("product", "1008"), "5f2a", "broken")], Id),
        };
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<IEventLedger>(ledger));

        using var response = await api.Viewer.GetAsync("/events", Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = await response.ReadJsonAsync();
        Assert.Equal("01M83YEMEGQ2V7N4X9B6C1D0EF", page.GetProperty("next").GetString());
        Assert.Equal(
            """
            {"id":"01M83YEMEGQ2V7N4X9B6C1D0EF","status":"waiting","source":"shopify","account":"example.myshopify.com","topic":"inventory_levels/update","function":"inventory-observed","entity":"inventory-item:271878346596884015","triggeredAt":"2026-11-23T10:15:30.000Z","receivedAt":"2026-11-23T12:00:00.000Z","updatedAt":"2026-11-23T12:00:00.001Z","attemptCount":2,"waitingOn":"product:1008","fingerprint":"5f2a","error":"broken"}
            """,
            page.GetProperty("events")[0].GetRawText());
    }
}
