using System.Net;
using System.Text.Json;
using EventTracking.Core.Events;

namespace EventTracking.Tests.Api.Failures;

/// <summary>What broke, as operators see it. Each test has a service of its own, because the list shows everything that fails.</summary>
public sealed class FailureTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_shows_causes_and_their_groups()
    {
        await using var own = await ApiFixture.StartAsync();
        await FailAsync(own, "2-one", "shop/throttled", 3);
        await FailAsync(own, "2-two", "shop/unreachable", 2);
        await FailAsync(own, "2-three", null, 1);

        var list = await GetAsync(own, "/failures");

        Assert.Equal((6, false, 0), (list.GetProperty("count").GetInt32(), list.GetProperty("truncated").GetBoolean(), list.GetProperty("moreGroups").GetInt32()));
        Assert.Equal([("shop", 5), ("unrouted", 1)], list.GetProperty("causes").EnumerateArray().Select(cause => (cause.GetProperty("cause").GetString(), cause.GetProperty("count").GetInt32())));
        var group = list.GetProperty("causes")[0].GetProperty("groups")[0];
        Assert.Equal(
            ("2-one", "shop/throttled in unrouted", "open", 3, 3),
            (Text(group, "fingerprint"), Text(group, "title"), Text(group, "state"), group.GetProperty("count").GetInt32(), group.GetProperty("failed").GetInt32()));
        Assert.Equal(24, group.GetProperty("trend").GetArrayLength());
        Assert.Equal(3, group.GetProperty("trend").EnumerateArray().Sum(hour => hour.GetInt32()));
        Assert.Equal("The shop is slow.", group.GetProperty("messages")[0].GetProperty("value").GetString());

        var filtered = await GetAsync(own, "/failures?cause=unrouted&state=open");
        Assert.Equal("2-three", Text(filtered.GetProperty("causes")[0].GetProperty("groups")[0], "fingerprint"));
        Assert.Equal(1, filtered.GetProperty("count").GetInt32());
        Assert.Equal(0, (await GetAsync(own, "/failures?state=muted")).GetProperty("causes").GetArrayLength());
    }

    [Fact]
    public async Task The_counts_show_at_once_what_an_operator_has_done()
    {
        await using var own = await ApiFixture.StartAsync();
        await FailAsync(own, "2-done", "shop/throttled", 2);
        var list = await GetAsync(own, "/failures");
        Assert.Equal(2, list.GetProperty("count").GetInt32());
        var id = list.GetProperty("causes")[0].GetProperty("groups")[0].GetProperty("sample")[0].GetString();

        using var dismissed = await own.Operator.PostAsync($"/events/{id}/dismiss", Body.Json("""{ "reason": "done by hand" }"""), Cancel);
        Assert.Equal(HttpStatusCode.OK, dismissed.StatusCode);

        Assert.Equal(1, (await GetAsync(own, "/failures")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_cause_that_nothing_has_ever_had_is_no_all_clear()
    {
        await using var own = await ApiFixture.StartAsync();
        await FailAsync(own, "2-cause", "shop/throttled", 1);

        await (await own.Viewer.GetAsync("/failures?cause=shopp", Cancel)).AssertInvalidAsync("cause");

        // A function may fail without a code, so its name is a cause even if nothing of it fails.
        Assert.Equal(0, (await GetAsync(own, "/failures?cause=stock-sync")).GetProperty("count").GetInt32());
        Assert.Equal(1, (await GetAsync(own, "/failures?cause=shop")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_group_is_triaged_and_tells_who_did_what()
    {
        await using var own = await ApiFixture.StartAsync();
        await FailAsync(own, "2-triaged", "shop/throttled", 2);

        using var changed = await PatchAsync(own, "2-triaged", """{ "state": "resolved", "resolve": "drained", "owner": "ann", "note": "known", "link": "https://tracker.example/1" }""");

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        var detail = await GetAsync(own, "/failures/2-triaged");
        var triage = detail.GetProperty("triage");
        Assert.Equal(("resolved", "ann", "known", "https://tracker.example/1"), (Text(triage, "state"), Text(triage, "owner"), Text(triage, "note"), Text(triage, "link")));
        Assert.Equal(("drained", JsonValueKind.Null), (Text(triage.GetProperty("resolution"), "kind"), triage.GetProperty("resolution").GetProperty("effectiveAt").ValueKind));
        Assert.Equal(("otto", "resolved (drained), owner: ann, note, link"), (Text(triage.GetProperty("history")[0], "by"), Text(triage.GetProperty("history")[0], "what")));
        Assert.Equal((2, 0), (detail.GetProperty("moot").GetProperty("judged").GetInt32(), detail.GetProperty("moot").GetProperty("moot").GetInt32()));

        using var reopened = await PatchAsync(own, "2-triaged", """{ "state": "open", "note": "" }""");
        var open = await reopened.ReadJsonAsync();
        Assert.Equal(("open", "ann", JsonValueKind.Null, JsonValueKind.Null), (Text(open, "state"), Text(open, "owner"), open.GetProperty("note").ValueKind, open.GetProperty("resolution").ValueKind));
    }

    [Fact]
    public async Task A_fingerprint_that_never_failed_is_not_found()
    {
        await (await api.Viewer.GetAsync("/failures/2-never", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "failure-not-found");
        await (await PatchAsync(api, "2-never", """{ "state": "open" }""")).AssertProblemAsync(HttpStatusCode.NotFound, "failure-not-found");
    }

    [Theory]
    [InlineData("""{ "state": "closed" }""", "state")]
    [InlineData("{}", "state")]
    [InlineData("""{ "state": "open", "resolve": "now" }""", "resolve")]
    [InlineData("""{ "state": "resolved", "resolve": "later" }""", "resolve")]
    [InlineData("""{ "state": "open", "mute": {} }""", "mute")]
    [InlineData("""{ "state": "muted", "mute": { "until": "soon" } }""", "mute.until")]
    [InlineData("""{ "state": "muted", "mute": { "count": 0 } }""", "mute.count")]
    [InlineData("""{ "state": "muted", "mute": { "perHour": 10001 } }""", "mute.perHour")]
    [InlineData("""{ "link": "javascript:alert(1)" }""", "link")]
    [InlineData("""{ "owner": "  " }""", "owner")]
    [InlineData("""{ "note": "\t\n" }""", "note")]
    [InlineData("""{ "state": "muted", "mute": { "until": "2026-01-01T00:00:00Z" } }""", "mute.until")]
    [InlineData("""{ "state": "muted", "mute": { "until": "9999-12-31" } }""", "mute.until")]
    public async Task What_cannot_be_decided_is_refused(string body, string field) => await (await PatchAsync(api, "2-any", body)).AssertInvalidAsync(field);

    [Theory]
    [InlineData("/failures?state=broken", "state")]
    [InlineData("/failures?group=x", "group")]
    [InlineData("/failures?cause=%20", "cause")]
    public async Task Filters_that_do_not_exist_are_refused(string path, string field) => await (await api.Viewer.GetAsync(path, Cancel)).AssertInvalidAsync(field);

    [Fact]
    public async Task A_viewer_decides_nothing()
    {
        using var content = Body.Json("""{ "state": "open" }""");
        await (await api.Viewer.PatchAsync("/failures/2-any", content, Cancel)).AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    private static async Task FailAsync(ApiFixture api, string fingerprint, string? code, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var id = await api.AcceptAsync(TrackedEvents.Delivery() with { Function = "unrouted" });
            await api.RunAsync(id, EventStatus.Failed, TrackedEvents.Failure(fingerprint) with { Code = code });
        }
    }

    private static async Task<JsonElement> GetAsync(ApiFixture api, string path)
    {
        using var response = await api.Viewer.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    private static async Task<HttpResponseMessage> PatchAsync(ApiFixture api, string fingerprint, string body)
    {
        using var content = Body.Json(body);
        return await api.Operator.PatchAsync($"/failures/{fingerprint}", content, Cancel);
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
