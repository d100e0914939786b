using System.Net;
using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Tests.Api.Webhooks;

namespace EventTracking.Tests.Api.Replay;

public sealed class ReplayTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_event_runs_again_and_the_record_tells_who_asked_and_why()
    {
        var id = await EventAsync(EventStatus.Failed);

        using var response = await PostAsync($"/events/{id}/replay", """{ "reason": "SKU corrected" }""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/events/{id}", response.Headers.Location?.ToString());
        var shown = await ShowAsync(id);
        Assert.Equal("queued", shown.GetProperty("status").GetString());
        var entry = shown.GetProperty("history")[0];
        Assert.Equal("replay", entry.GetProperty("kind").GetString());
        Assert.Equal("otto", entry.GetProperty("by").GetString());
        Assert.Equal("SKU corrected", entry.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_succeeded_event_runs_again_only_with_force()
    {
        var id = await EventAsync(EventStatus.Succeeded);

        await (await PostAsync($"/events/{id}/replay", "{}")).AssertProblemAsync(HttpStatusCode.Conflict, "force-needed");
        using var forced = await PostAsync($"/events/{id}/replay", """{ "force": true }""");

        Assert.Equal(HttpStatusCode.Accepted, forced.StatusCode);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "force": true }""")]
    public async Task An_event_under_way_does_not_run_again(string body)
    {
        var id = await EventAsync(outcome: null);

        await (await PostAsync($"/events/{id}/replay", body)).AssertProblemAsync(HttpStatusCode.Conflict, "event-in-progress");
    }

    [Theory]
    [InlineData("""{ "payload": { "body": "edited" } }""")]
    [InlineData("""{ "payload": { "bodyBase64": "ZWRpdGVk" } }""")]
    public async Task An_edited_payload_makes_a_new_event_caused_by_the_old(string body)
    {
        var id = await EventAsync(EventStatus.Failed);

        using var response = await PostAsync($"/events/{id}/replay", body);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var edited = EventId.Parse((await response.ReadJsonAsync()).GetProperty("id").GetString()!);
        Assert.NotEqual(id, edited);
        Assert.Equal("edited", await api.Viewer.GetStringAsync($"/events/{edited}/payload", Cancel));
        Assert.Equal(id.ToString(), (await ShowAsync(edited)).GetProperty("causes")[0].GetProperty("id").GetString());
        Assert.Equal("failed", (await ShowAsync(id)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "force": true }""")]
    [InlineData("""{ "payload": { "body": "edited" } }""")]
    public async Task An_event_with_a_status_of_a_newer_version_is_left_alone_and_the_answer_says_so(string body)
    {
        var id = await EventAsync(EventStatus.Failed);
        await api.StoreAsync("UPDATE events SET status = 9 WHERE id = ?", id);

        var problem = await (await PostAsync($"/events/{id}/replay", body)).AssertProblemAsync(HttpStatusCode.Conflict, "status-unknown");

        Assert.Contains("'9'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await ShowAsync(id)).GetProperty("history").GetArrayLength());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "payload": { "body": "edited" } }""")]
    public async Task An_event_whose_function_was_removed_does_not_run_again_and_the_answer_names_it(string body)
    {
        var id = await api.AcceptAsync(TrackedEvents.Delivery() with { Function = "forgotten" });
        await api.RunAsync(id, EventStatus.Failed, TrackedEvents.Failure());

        using var response = await PostAsync($"/events/{id}/replay", body);

        var problem = await response.AssertProblemAsync(HttpStatusCode.Conflict, "function-unknown");
        Assert.Contains("'forgotten'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("failed", (await ShowAsync(id)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("dismiss")]
    public async Task An_unknown_event_is_not_found(string action)
    {
        var id = EventId.ForDelivery("test", "", "unknown", Noon);

        await (await PostAsync($"/events/{id}/{action}", """{ "reason": "test" }""")).AssertProblemAsync(HttpStatusCode.NotFound, "event-not-found");
    }

    [Fact]
    public async Task A_dismissed_event_comes_back_with_force()
    {
        var id = await EventAsync(EventStatus.Failed);

        using var dismissed = await PostAsync($"/events/{id}/dismiss", """{ "reason": "test order" }""");

        Assert.Equal(HttpStatusCode.OK, dismissed.StatusCode);
        Assert.Equal("dismissed", (await dismissed.ReadJsonAsync()).GetProperty("status").GetString());
        var shown = await ShowAsync(id);
        Assert.Equal("dismissed", shown.GetProperty("status").GetString());
        var entry = shown.GetProperty("history")[0];
        Assert.Equal(
            ("dismissal", "otto", "test order"),
            (entry.GetProperty("kind").GetString(), entry.GetProperty("by").GetString(), entry.GetProperty("reason").GetString()));
        await (await PostAsync($"/events/{id}/replay", "{}")).AssertProblemAsync(HttpStatusCode.Conflict, "force-needed");
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync($"/events/{id}/replay", """{ "force": true }""")).StatusCode);
    }

    [Theory]
    [InlineData("""{ "payload": { "body": "a=b", "contentType": "application/x-www-form-urlencoded" } }""", "application/x-www-form-urlencoded")]
    [InlineData("""{ "payload": { "body": "{}" } }""", "application/json")]
    public async Task An_edited_payload_is_what_the_caller_says_or_else_what_the_old_one_was(string body, string contentType)
    {
        var id = await EventAsync(EventStatus.Failed);

        using var response = await PostAsync($"/events/{id}/replay", body);

        var edited = (await response.ReadJsonAsync()).GetProperty("id").GetString();
        using var payload = await api.Viewer.GetAsync($"/events/{edited}/payload", Cancel);
        Assert.Equal(contentType, payload.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task An_event_that_is_to_be_retried_runs_at_once_or_is_dismissed()
    {
        var (replayed, dismissed) = (await EventAsync(EventStatus.Retrying), await EventAsync(EventStatus.Retrying));

        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync($"/events/{replayed}/replay", "{}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync($"/events/{dismissed}/dismiss", """{ "reason": "test order" }""")).StatusCode);

        var (now, ended) = (await ShowAsync(replayed), await ShowAsync(dismissed));
        Assert.Equal(("queued", JsonValueKind.Null), (now.GetProperty("status").GetString(), now.GetProperty("retryAt").ValueKind));
        Assert.Equal(("dismissed", JsonValueKind.Null), (ended.GetProperty("status").GetString(), ended.GetProperty("retryAt").ValueKind));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "force": true }""")]
    [InlineData("""{ "payload": { "body": "edited" } }""")]
    public async Task A_request_about_personal_data_is_not_replayed_and_the_answer_says_what_to_do(string body)
    {
        var id = await api.AcceptAsync(TrackedEvents.Delivery() with { Source = "shopify", Account = "example.myshopify.com", Topic = "customers/redact", Function = "compliance" });
        await api.RunAsync(id, EventStatus.Failed, TrackedEvents.Failure());

        var problem = await (await PostAsync($"/events/{id}/replay", body)).AssertProblemAsync(HttpStatusCode.Conflict, "replay-futile");

        Assert.Contains("dismiss the event", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EventStatus.Succeeded)]
    [InlineData(null)]
    public async Task Only_an_event_that_needs_attention_can_be_dismissed(EventStatus? outcome)
    {
        var id = await EventAsync(outcome);

        await (await PostAsync($"/events/{id}/dismiss", """{ "reason": "test" }""")).AssertProblemAsync(HttpStatusCode.Conflict, "event-not-dismissible");
    }

    private Task<HttpResponseMessage> PostAsync(string route, string body) => api.Operator.PostAsync(route, Body.Json(body), Cancel);

    private async Task<JsonElement> ShowAsync(EventId id) => await (await api.Viewer.GetAsync($"/events/{id}", Cancel)).ReadJsonAsync();

    /// <summary>Accepts an event over HTTP and, through the ledger alone, runs it to this outcome; null leaves it running.</summary>
    private async Task<EventId> EventAsync(EventStatus? outcome)
    {
        using var response = await api.Anonymous.SendAsync(Deliveries.Shopify(Deliveries.InventoryLevel), Cancel);
        var id = EventId.Parse((await response.ReadJsonAsync()).GetProperty("id").GetString()!);
        if (outcome is { } end)
        {
            await api.RunAsync(id, end, end is EventStatus.Failed or EventStatus.Retrying ? TrackedEvents.Failure() : null);
        }
        else
        {
            await api.ClaimAsync(id);
        }

        return id;
    }
}
