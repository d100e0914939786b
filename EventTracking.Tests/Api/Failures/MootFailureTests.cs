using System.Globalization;
using System.Net;
using System.Text.Json;
using EventTracking.Core.Events;

namespace EventTracking.Tests.Api.Failures;

/// <summary>Which failures a replay would not change. Each test has a service of its own, because the list shows everything that fails.</summary>
public sealed class MootFailureTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Failures_are_moot_if_a_later_event_about_the_same_thing_has_succeeded()
    {
        await using var own = await ApiFixture.StartAsync();
        var moot = await RunAsync(own, "1008", EventStatus.Failed);
        var success = await RunAsync(own, "1008", EventStatus.Succeeded);
        await RunAsync(own, "1009", EventStatus.Succeeded);
        await RunAsync(own, "1009", EventStatus.Failed);

        var list = await GetAsync(own, "/failures/moot");

        Assert.Equal((2, 1, false), (list.GetProperty("judged").GetInt32(), list.GetProperty("count").GetInt32(), list.GetProperty("truncated").GetBoolean()));
        var only = Assert.Single(list.GetProperty("events").EnumerateArray());
        Assert.Equal((moot.ToString(), success.ToString()), (only.GetProperty("event").GetProperty("id").GetString(), only.GetProperty("because").GetString()));
        Assert.Equal(JsonValueKind.Null, list.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task The_pages_together_have_each_moot_failure_once()
    {
        await using var own = await ApiFixture.StartAsync();
        List<string> moot = [];
        for (var product = 1; product <= 5; product++)
        {
            var id = product.ToString(CultureInfo.InvariantCulture);
            moot.Add((await RunAsync(own, id, EventStatus.Failed)).ToString());
            await RunAsync(own, id, EventStatus.Succeeded);
        }

        List<string> seen = [];
        var path = "/failures/moot?limit=2";
        for (var page = await GetAsync(own, path); ; page = await GetAsync(own, $"{path}&cursor={page.GetProperty("next").GetString()}"))
        {
            Assert.Equal(5, page.GetProperty("count").GetInt32());
            seen.AddRange(page.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("event").GetProperty("id").GetString()!));
            if (page.GetProperty("next").ValueKind == JsonValueKind.Null)
            {
                break;
            }
        }

        Assert.Equal(moot.AsEnumerable().Reverse(), seen);
    }

    [Theory]
    [InlineData("/failures/moot?cursor=01M83YEMEGQ2V7N4X9B6C1D0EF", "cursor")]
    [InlineData("/failures/moot?limit=201", "limit")]
    [InlineData("/failures/moot?cause=shopify", "cause")]
    public async Task What_no_page_has_is_refused(string path, string field) => await (await api.Viewer.GetAsync(path, Cancel)).AssertInvalidAsync(field);

    private static async Task<EventId> RunAsync(ApiFixture api, string product, EventStatus outcome)
    {
        var id = await api.AcceptAsync(TrackedEvents.Delivery() with { Function = "stock-sync", Entity = new EntityKey("product", product) });
        await api.RunAsync(id, outcome, outcome == EventStatus.Failed ? TrackedEvents.Failure() : null);
        return id;
    }

    private static async Task<JsonElement> GetAsync(ApiFixture api, string path)
    {
        using var response = await api.Viewer.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }
}
