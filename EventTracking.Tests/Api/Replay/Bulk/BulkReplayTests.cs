using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Replay.Bulk;

public sealed class BulkReplayTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_is_made_read_started_and_seen_through_to_its_end()
    {
        var print = Print();
        var ids = await FailAsync(3, print);

        using var created = await PostAsync("/replays", $$"""{ "filter": { "fingerprints": ["{{print}}"] }, "reason": "the shop is up again" }""");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var plan = await created.ReadJsonAsync();
        var id = Text(plan, "id");
        Assert.Equal($"/replays/{id}", created.Headers.Location?.ToString());
        Assert.Equal(("replay", "planned", "otto", 3), (Text(plan, "action"), Text(plan, "state"), Text(plan, "by"), plan.GetProperty("verdicts").GetProperty("go").GetInt32()));
        var events = await GetAsync($"/replays/{id}/events");
        Assert.Equal(ids.Select(eventId => (eventId.ToString(), "go", "pending")), events.GetProperty("events").EnumerateArray().Select(item => (Text(item, "id"), Text(item, "verdict"), Text(item, "outcome"))));

        var started = await (await PostAsync($"/replays/{id}/start", "{}")).ReadJsonAsync();
        Assert.Equal(("running", 0), (Text(started, "state"), started.GetProperty("arrivedSince").GetInt32()));
        await FinishAsync(ids, EventStatus.Succeeded);

        var ended = await GetAsync($"/replays/{id}");
        Assert.Equal(("ended", 3), (Text(ended, "state"), ended.GetProperty("outcomes").GetProperty("succeeded").GetInt32()));
        Assert.Equal(JsonValueKind.Null, ended.GetProperty("pollAfter").ValueKind);
        var record = await GetAsync($"/events/{ids[0]}");
        Assert.Equal(("bulk-replay", id), (Text(record.GetProperty("history")[0], "kind"), Text(record.GetProperty("history")[0], "job")));
        Assert.Contains(id, (await GetAsync("/replays?limit=100")).GetProperty("replays").EnumerateArray().Select(job => Text(job, "id")));
    }

    [Fact]
    public async Task A_job_stops_when_the_first_event_fails_again_and_what_failed_is_a_new_plan()
    {
        var print = Print();
        var ids = await FailAsync(2, print);
        var id = await PlanAsync($$"""{ "filter": { "fingerprints": ["{{print}}"] } }""");
        await PostAsync($"/replays/{id}/start", "{}");
        await FinishAsync(ids, EventStatus.Failed, print);

        var stopped = await GetAsync($"/replays/{id}");
        Assert.Equal(("paused", "first-failed", 1), (Text(stopped, "state"), Text(stopped, "pausedBecause"), stopped.GetProperty("failures").GetProperty(print).GetInt32()));

        var again = await PlanAsync($$"""{ "failedOf": "{{id}}" }""");
        var events = await GetAsync($"/replays/{again}/events");
        Assert.Equal(ids[0].ToString(), Text(Assert.Single(events.GetProperty("events").EnumerateArray()), "id"));
    }

    [Fact]
    public async Task A_dismissal_says_on_every_record_why()
    {
        var print = Print();
        var ids = await FailAsync(2, print);
        var id = await PlanAsync($$"""{ "action": "dismiss", "filter": { "fingerprints": ["{{print}}"] }, "reason": "test orders" }""");
        await PostAsync($"/replays/{id}/start", "{}");
        await Pump.AdvanceAsync(Cancel);

        Assert.Equal("ended", Text(await GetAsync($"/replays/{id}"), "state"));
        var record = await GetAsync($"/events/{ids[1]}");
        Assert.Equal(("dismissed", "test orders", id), (Text(record, "status"), Text(record.GetProperty("history")[0], "reason"), Text(record.GetProperty("history")[0], "job")));
    }

    [Fact]
    public async Task What_was_skipped_says_why()
    {
        var print = Print();
        var ids = await FailAsync(3, print);
        var id = await PlanAsync($$"""{ "action": "dismiss", "filter": { "fingerprints": ["{{print}}"] }, "reason": "test orders" }""");
        await PostAsync($"/events/{ids[0]}/dismiss", """{ "reason": "done" }""");
        await PostAsync($"/events/{ids[1]}/replay", "{}");
        await api.RunAsync(ids[1], EventStatus.Failed, TrackedEvents.Failure(print));
        await PostAsync($"/replays/{id}/start", "{}");
        await Pump.AdvanceAsync(Cancel);

        var events = (await GetAsync($"/replays/{id}/events?outcome=skipped")).GetProperty("events").EnumerateArray();
        Assert.Equal(["it is dismissed now, not by this job", "it has run since the plan was made and is failed now"], events.Select(item => Text(item, "because")));
    }

    [Fact]
    public async Task The_events_of_a_job_come_in_pages_and_as_lines_or_a_table()
    {
        var print = Print();
        var ids = await FailAsync(3, print);
        var id = await PlanAsync($$"""{ "filter": { "fingerprints": ["{{print}}"] } }""");

        var first = await GetAsync($"/replays/{id}/events?limit=2&verdict=go");
        Assert.Equal((2, "2"), (first.GetProperty("events").GetArrayLength(), Text(first, "next")));
        var second = await GetAsync($"/replays/{id}/events?limit=2&verdict=go&cursor=2");
        Assert.Equal((1, JsonValueKind.Null), (second.GetProperty("events").GetArrayLength(), second.GetProperty("next").ValueKind));
        Assert.Empty((await GetAsync($"/replays/{id}/events?outcome=succeeded")).GetProperty("events").EnumerateArray());

        using var lines = await GetAsync($"/replays/{id}/events?limit=2", "application/x-ndjson");
        Assert.Equal("application/x-ndjson", lines.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"</replays/{id}/events?limit=2&cursor=2>; rel=\"next\"", lines.Headers.GetValues("Link").Single());
        Assert.Equal(ids.Take(2).Select(eventId => eventId.ToString()), (await lines.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()));

        using var table = await GetAsync($"/replays/{id}/events?limit=1", "text/csv");
        Assert.Equal(
            ["id,verdict,because,function,entity,plannedStatus,plannedFingerprint,outcome,fingerprint,error", $"{ids[0]},go,,unrouted,,failed,{print},pending,,", ""],
            (await table.Content.ReadAsStringAsync(Cancel)).Split("\r\n"));
    }

    [Fact]
    public async Task A_job_is_paused_resumed_given_another_rate_and_cancelled()
    {
        var print = Print();
        await FailAsync(1, print);
        var id = await PlanAsync($$"""{ "filter": { "fingerprints": ["{{print}}"] } }""");

        await (await PostAsync($"/replays/{id}/pause", null)).AssertProblemAsync(HttpStatusCode.Conflict, "replay-state");
        await PostAsync($"/replays/{id}/start", """{ "eventsPerSecond": 5 }""");
        Assert.Equal("paused", Text(await (await PostAsync($"/replays/{id}/pause", null)).ReadJsonAsync(), "state"));
        using var rate = await api.Operator.PutAsync($"/replays/{id}/rate", Body.Json("""{ "eventsPerSecond": 7 }"""), Cancel);
        Assert.Equal(7, (await rate.ReadJsonAsync()).GetProperty("eventsPerSecond").GetInt32());
        Assert.Equal("running", Text(await (await PostAsync($"/replays/{id}/resume", "{}")).ReadJsonAsync(), "state"));
        Assert.Equal("cancelled", Text(await (await PostAsync($"/replays/{id}/cancel", null)).ReadJsonAsync(), "state"));
        await (await PostAsync($"/replays/{id}/start", "{}")).AssertProblemAsync(HttpStatusCode.Conflict, "replay-state");
    }

    [Fact]
    public async Task The_counts_of_a_job_follow_its_events_and_agree_with_their_list()
    {
        var print = Print();
        var ids = await FailAsync(4, print);
        var id = await PlanAsync($$"""{ "filter": { "fingerprints": ["{{print}}"] } }""");
        await PostAsync($"/replays/{id}/start", """{ "ramp": false }""");
        await Pump.AdvanceAsync(Cancel);
        await api.RunAsync(ids[0], EventStatus.Succeeded);
        await api.RunAsync(ids[1], EventStatus.Retrying, TrackedEvents.Failure(print));
        await api.RunAsync(ids[2], EventStatus.Waiting, waitingOn: new EntityKey("product", print));
        await api.RunAsync(ids[3], EventStatus.Failed, TrackedEvents.Failure(print));
        await Pump.AdvanceAsync(Cancel);

        Assert.Equal("running", Text(await GetAsync($"/replays/{id}"), "state"));
        await AssertAgreeAsync(id, ("failed", 1), ("retrying", 1), ("succeeded", 1), ("waiting", 1));

        // One is replayed by hand, one is dismissed, and one that has ended is replayed too.
        foreach (var (eventId, path, body) in new[] { (ids[1], "replay", "{}"), (ids[2], "dismiss", """{ "reason": "test" }"""), (ids[3], "replay", "{}") })
        {
            Assert.True((await PostAsync($"/events/{eventId}/{path}", body)).IsSuccessStatusCode);
        }

        await api.RunAsync(ids[1], EventStatus.Succeeded);
        await api.RunAsync(ids[3], EventStatus.Succeeded);
        await Pump.AdvanceAsync(Cancel);

        Assert.Equal("ended", Text(await GetAsync($"/replays/{id}"), "state"));
        await AssertAgreeAsync(id, ("dismissed", 1), ("failed", 1), ("succeeded", 2));
    }

    [Theory]
    [InlineData("""{ "filter": { "cause": "no-such-cause" } }""", "'no-such-cause'")]
    [InlineData("""{ "filter": { "fingerprints": ["no-such-print"] } }""", "'no-such-print'")]
    [InlineData("""{ "filter": { "function": "no-such-function" } }""", "No event fits the filter")]
    public async Task A_plan_without_events_is_refused_and_says_why(string body, string why)
    {
        using var response = await PostAsync("/replays", body);

        var problem = await response.AssertProblemAsync(HttpStatusCode.NotFound, "no-events");
        Assert.Contains(why, Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_in_a_job_of_which_nothing_is_failed_now_makes_no_plan()
    {
        var print = Print();
        var ids = await FailAsync(1, print);
        var id = await PlanAsync($$"""{ "filter": { "fingerprints": ["{{print}}"] } }""");
        await PostAsync($"/replays/{id}/start", "{}");
        await FinishAsync(ids, EventStatus.Succeeded);

        var problem = await (await PostAsync("/replays", $$"""{ "failedOf": "{{id}}" }""")).AssertProblemAsync(HttpStatusCode.NotFound, "no-events");
        Assert.Contains(id, Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dismissal_has_neither_a_rate_nor_a_ramp()
    {
        var print = Print();
        await FailAsync(1, print);
        var id = await PlanAsync($$"""{ "action": "dismiss", "filter": { "fingerprints": ["{{print}}"] }, "reason": "test orders" }""");

        await (await PostAsync($"/replays/{id}/start", """{ "ramp": true }""")).AssertProblemAsync(HttpStatusCode.Conflict, "dismissal-has-no-rate");
        await (await PostAsync($"/replays/{id}/start", """{ "eventsPerSecond": 5 }""")).AssertProblemAsync(HttpStatusCode.Conflict, "dismissal-has-no-rate");
        await (await PostAsync($"/replays/{id}/resume", """{ "ramp": false }""")).AssertProblemAsync(HttpStatusCode.Conflict, "dismissal-has-no-rate");
        using var rate = await api.Operator.PutAsync($"/replays/{id}/rate", Body.Json("""{ "eventsPerSecond": 7 }"""), Cancel);
        await rate.AssertProblemAsync(HttpStatusCode.Conflict, "dismissal-has-no-rate");
        Assert.Equal("planned", Text(await GetAsync($"/replays/{id}"), "state"));
        Assert.Equal("running", Text(await (await PostAsync($"/replays/{id}/start", "{}")).ReadJsonAsync(), "state"));
    }

    [Fact]
    public async Task A_rate_must_be_given_even_if_it_is_null()
    {
        var print = Print();
        await FailAsync(1, print);
        var id = await PlanAsync($$"""{ "filter": { "fingerprints": ["{{print}}"] } }""");
        await PostAsync($"/replays/{id}/start", """{ "eventsPerSecond": 5 }""");

        using var absent = await api.Operator.PutAsync($"/replays/{id}/rate", Body.Json("{}"), Cancel);
        await absent.AssertInvalidAsync("eventsPerSecond");
        Assert.Equal(5, (await GetAsync($"/replays/{id}")).GetProperty("eventsPerSecond").GetInt32());
        using var automatic = await api.Operator.PutAsync($"/replays/{id}/rate", Body.Json("""{ "eventsPerSecond": null }"""), Cancel);
        Assert.Equal(JsonValueKind.Null, (await automatic.ReadJsonAsync()).GetProperty("eventsPerSecond").ValueKind);
    }

    [Theory]
    [InlineData(1, "status=failed", "\"status\": \"failed\"", "updatedAt")]
    [InlineData(2, "fingerprint={0}", "\"fingerprints\": [\"{0}\"]", "updatedAt")]
    [InlineData(3, "source={0}", "\"source\": \"{0}\"", "triggeredAt")]
    public async Task A_plan_made_from_a_list_has_what_the_list_shows_and_names_the_same_time(int week, string query, string filter, string time)
    {
        // Each failed half a day after it was triggered, within the day or after it.
        var print = Print();
        var day = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddDays(7 * week);
        foreach (var hour in (int[])[-6, 6, 18])
        {
            var id = await api.AcceptAsync(TrackedEvents.Delivery() with { Source = print, TriggeredAt = day.AddHours(hour) });
            await api.RunAsync(id, EventStatus.Failed, TrackedEvents.Failure(print), endedAt: day.AddHours(hour + 12));
        }

        var times = $"\"from\": \"{day:yyyy-MM-dd}\", \"to\": \"{day.AddDays(1):yyyy-MM-dd}\"";
        var list = await GetAsync($"/events?{string.Format(System.Globalization.CultureInfo.InvariantCulture, query, print)}&from={day:yyyy-MM-dd}&to={day.AddDays(1):yyyy-MM-dd}");
        var plan = await (await PostAsync("/replays", "{ \"filter\": { " + filter.Replace("{0}", print, StringComparison.Ordinal) + ", " + times + " } }")).ReadJsonAsync();
        var planned = await GetAsync($"/replays/{Text(plan, "id")}/events");

        Assert.Equal((time, time), (Text(list, "orderedBy"), Text(plan.GetProperty("filter"), "timesBy")));
        Assert.Equal(2, list.GetProperty("events").GetArrayLength());
        Assert.Equal(
            list.GetProperty("events").EnumerateArray().Select(item => Text(item, "id")).Order(),
            planned.GetProperty("events").EnumerateArray().Select(item => Text(item, "id")).Order());
    }

    [Theory]
    [InlineData("{}", "filter")]
    [InlineData("""{ "filter": {} }""", "filter")]
    [InlineData("""{ "filter": { "fingerprints": [] } }""", "filter")]
    [InlineData("""{ "filter": { "status": "failed" }, "failedOf": "1N2C8XKP3T0QG" }""", "filter")]
    [InlineData("""{ "filter": { "status": "broken" } }""", "filter.status")]
    [InlineData("""{ "filter": { "entity": "1008" } }""", "filter.entity")]
    [InlineData("""{ "filter": { "fingerprints": [""] } }""", "filter.fingerprints")]
    [InlineData("""{ "filter": { "from": "yesterday" } }""", "filter.from")]
    [InlineData("""{ "filter": { "from": "2026-11-23", "to": "2026-11-22" } }""", "filter.to")]
    [InlineData("""{ "filter": { "cause": "" } }""", "filter.cause")]
    [InlineData("""{ "failedOf": "x" }""", "failedOf")]
    [InlineData("""{ "action": "run", "filter": { "status": "failed" } }""", "action")]
    [InlineData("""{ "action": "dismiss", "filter": { "status": "failed" } }""", "reason")]
    [InlineData("""{ "action": "dismiss", "filter": { "status": "failed" }, "reason": "x", "force": true }""", "force")]
    public async Task A_bad_plan_is_refused_by_field(string body, string field)
    {
        using var response = await PostAsync("/replays", body);

        await response.AssertInvalidAsync(field);
    }

    [Fact]
    public async Task Unknown_members_jobs_rates_and_callers_are_refused()
    {
        await (await PostAsync("/replays", """{ "filter": { "fingerprint": "x" } }""")).AssertProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
        await (await PostAsync("/replays", """{ "filter": { "status": "failed" }, "isDismissal": true }""")).AssertProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
        await (await PostAsync("/replays", """{ "failedOf": "0000000000000" }""")).AssertProblemAsync(HttpStatusCode.NotFound, "replay-not-found");
        await (await PostAsync("/replays/0000000000000/start", "{}")).AssertProblemAsync(HttpStatusCode.NotFound, "replay-not-found");
        await (await PostAsync("/replays/0000000000000/start", """{ "eventsPerSecond": 0 }""")).AssertInvalidAsync("eventsPerSecond");
        await (await PostAsync("/replays/x/cancel", null)).AssertInvalidAsync("id");
        await (await api.Viewer.GetAsync("/replays/0000000000000", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "replay-not-found");
        await (await api.Viewer.GetAsync("/replays/0000000000000/events?limit=1001&verdict=x&outcome=x&cursor=-1", Cancel)).AssertInvalidAsync("limit", "verdict", "outcome", "cursor");
        await (await api.Viewer.GetAsync("/replays?limit=101&cursor=x", Cancel)).AssertInvalidAsync("limit", "cursor");
        await (await api.Viewer.PostAsync("/replays", Body.Json("""{ "filter": { "status": "failed" } }"""), Cancel)).AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    /// <summary>The counts are these, and the list of the job's events has as many of each.</summary>
    private async Task AssertAgreeAsync(string id, params (string Outcome, int Count)[] expected)
    {
        var counts = (await GetAsync($"/replays/{id}")).GetProperty("outcomes").EnumerateObject().Select(count => (count.Name, count.Value.GetInt32()));
        var listed = (await GetAsync($"/replays/{id}/events")).GetProperty("events").EnumerateArray().GroupBy(item => Text(item, "outcome")).Select(group => (group.Key, group.Count()));
        Assert.Equal(expected, counts.Order());
        Assert.Equal(expected, listed.Order());
    }

    private ReplayPump Pump => api.Services.GetRequiredService<ReplayPump>();

    private static string Print() => Guid.NewGuid().ToString("N")[..16];

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString() ?? "null";

    private async Task<IReadOnlyList<EventId>> FailAsync(int count, string print)
    {
        var now = TimeProvider.System.GetUtcNow();
        List<EventId> failed = [];
        for (var number = 0; number < count; number++)
        {
            var id = await api.AcceptAsync(TrackedEvents.Delivery() with { TriggeredAt = now.AddSeconds(number - 60) });
            await api.RunAsync(id, EventStatus.Failed, TrackedEvents.Failure(print));
            failed.Add(id);
        }

        return failed;
    }

    /// <summary>Works on the job, and ends every event that it sends.</summary>
    private async Task FinishAsync(IReadOnlyList<EventId> ids, EventStatus outcome, string? print = null)
    {
        for (var round = 0; round <= ids.Count; round++)
        {
            await Pump.AdvanceAsync(Cancel);
            foreach (var id in ids)
            {
                if ((await api.Ledger.FindAsync(id, Cancel))!.Status == EventStatus.Queued)
                {
                    await api.RunAsync(id, outcome, print is null ? null : TrackedEvents.Failure(print));
                }
            }
        }

        await Pump.AdvanceAsync(Cancel);
    }

    private async Task<string> PlanAsync(string body) => Text(await (await PostAsync("/replays", body)).ReadJsonAsync(), "id");

    private Task<HttpResponseMessage> PostAsync(string path, string? body) => api.Operator.PostAsync(path, body is null ? null : Body.Json(body), Cancel);

    private async Task<JsonElement> GetAsync(string path) => await (await api.Viewer.GetAsync(path, Cancel)).ReadJsonAsync();

    private async Task<HttpResponseMessage> GetAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        return await api.Viewer.SendAsync(request, Cancel);
    }
}
