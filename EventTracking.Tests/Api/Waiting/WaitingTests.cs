using System.Net;
using System.Text.Json;
using EventTracking.Core.Events;

namespace EventTracking.Tests.Api.Waiting;

/// <summary>What events wait for, and what operators do about it.</summary>
public sealed class WaitingTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_shows_what_is_waited_for_and_when_it_gives_up()
    {
        await using var own = await ApiFixture.StartAsync();
        var (first, other) = (new EntityKey("product", "1008"), new EntityKey("product", "1009"));
        await WaitAsync(own, first);
        await WaitAsync(own, first);
        await WaitAsync(own, other);

        using var response = await own.Viewer.GetAsync("/waiting?limit=1", Cancel);

        var list = await response.ReadJsonAsync();
        Assert.Equal((3, 1, false), (list.GetProperty("count").GetInt32(), list.GetProperty("moreDependencies").GetInt32(), list.GetProperty("truncated").GetBoolean()));
        var waited = Assert.Single(list.GetProperty("dependencies").EnumerateArray());
        Assert.Equal(("product:1008", 2), (waited.GetProperty("dependency").GetString(), waited.GetProperty("count").GetInt32()));
        Assert.Equal(TimeSpan.FromDays(7), waited.GetProperty("givesUpAt").GetDateTimeOffset() - waited.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, waited.GetProperty("import").ValueKind);
    }

    [Fact]
    public async Task An_import_is_requested_once_and_shown()
    {
        await using var own = await ApiFixture.StartAsync();
        await WaitAsync(own, new EntityKey("product", "1008"));

        var import = await (await PostAsync(own, "/waiting/product:1008/import")).ReadJsonAsync();
        var again = await (await PostAsync(own, "/waiting/product:1008/import")).ReadJsonAsync();

        Assert.Equal(import.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        using var response = await own.Viewer.GetAsync("/waiting", Cancel);
        Assert.Equal(import.GetProperty("id").GetString(), (await response.ReadJsonAsync()).GetProperty("dependencies")[0].GetProperty("import").GetProperty("id").GetString());
    }

    [Fact]
    public async Task What_waits_is_released()
    {
        var entity = new EntityKey("product", "2001");
        var ids = new[] { await WaitAsync(api, entity), await WaitAsync(api, entity) };

        await (await PostAsync(api, $"/waiting/{entity}/release", $$"""{ "reason": "{{new string('x', 201)}}" }""")).AssertInvalidAsync("reason");
        await (await PostAsync(api, $"/waiting/{entity}/release", """{ "reason": " " }""")).AssertInvalidAsync("reason");
        using var response = await PostAsync(api, $"/waiting/{entity}/release", """{ "reason": "linked by hand" }""");

        Assert.Equal(2, (await response.ReadJsonAsync()).GetProperty("released").GetInt32());
        foreach (var id in ids)
        {
            var record = (await api.Ledger.FindAsync(id, Cancel))!;
            Assert.Equal(("otto", $"{entity} was waited for, and an operator released what waits: linked by hand"), (Assert.Single(record.History).By, record.History[0].Reason));
        }

        await (await PostAsync(api, $"/waiting/{entity}/release")).AssertProblemAsync(HttpStatusCode.NotFound, "nothing-waits");
    }

    [Fact]
    public async Task What_waits_is_dismissed_with_a_reason()
    {
        var entity = new EntityKey("product", "2002");
        var id = await WaitAsync(api, entity);

        await (await PostAsync(api, $"/waiting/{entity}/dismiss", "{}")).AssertInvalidAsync("reason");
        using var response = await PostAsync(api, $"/waiting/{entity}/dismiss", """{ "reason": "discontinued" }""");

        var dismissed = await response.ReadJsonAsync();
        Assert.Equal((1, false), (dismissed.GetProperty("dismissed").GetInt32(), dismissed.GetProperty("more").GetBoolean()));
        Assert.Equal(EventStatus.Dismissed, (await api.Ledger.FindAsync(id, Cancel))!.Status);
    }

    [Theory]
    [InlineData("/waiting/1008/import", "dependency")]
    [InlineData("/waiting/1008/release", "dependency")]
    public async Task An_entity_that_is_none_is_refused(string path, string field) => await (await PostAsync(api, path)).AssertInvalidAsync(field);

    private static async Task<EventId> WaitAsync(ApiFixture api, EntityKey entity)
    {
        var id = await api.AcceptAsync(TrackedEvents.Delivery() with { Function = "unrouted" });
        await api.RunAsync(id, EventStatus.Waiting, waitingOn: entity);
        return id;
    }

    private static async Task<HttpResponseMessage> PostAsync(ApiFixture api, string path, string? body = null)
    {
        using var content = body is null ? null : Body.Json(body);
        return await api.Operator.PostAsync(path, content, Cancel);
    }
}
