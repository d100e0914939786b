using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventTracking.Core.Events;
using EventTracking.Tests.Api.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Api.Events;

public sealed class GetEventTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1")]
    [InlineData("01M83YEMEGQ2V7N4X9B6C1D0E")]
    [InlineData("01M83YEMEGQ2V7N4X9B6C1D0EU")]
    [InlineData("%2e%2e%2f%2e%2e%2fetc")]
    public async Task A_bad_id_is_named(string id)
    {
        await (await api.Viewer.GetAsync($"/events/{id}", Cancel)).AssertInvalidAsync("id");
        await (await api.Viewer.GetAsync($"/events/{id}/payload", Cancel)).AssertInvalidAsync("id");
    }

    [Fact]
    public async Task An_unknown_event_is_not_found() =>
        await (await api.Viewer.GetAsync($"/events/{UnknownId(1)}", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "event-not-found");

    [Fact]
    public async Task An_event_that_cannot_be_read_is_shown_as_unknown_and_hides_no_other()
    {
        var (damaged, sound) = (await api.AcceptAsync(TrackedEvents.Delivery("sent")), await api.AcceptAsync(TrackedEvents.Delivery()));
        await api.StoreAsync("UPDATE events SET entity = 'no colon', attempts = '{}' WHERE id = ?", damaged);

        var shown = await (await api.Viewer.GetAsync($"/events/{damaged}", Cancel)).ReadJsonAsync();
        var listed = (await (await api.Viewer.GetAsync("/events?limit=200", Cancel)).ReadJsonAsync()).GetProperty("events").EnumerateArray().ToList();

        Assert.Equal("unknown", shown.GetProperty("status").GetString());
        Assert.StartsWith("unreadable", shown.GetProperty("storedStatus").GetString(), StringComparison.Ordinal);
        Assert.Contains(listed, each => each.GetProperty("id").GetString() == sound.ToString());
        Assert.Contains(listed, each => each.GetProperty("id").GetString() == damaged.ToString() && each.GetProperty("status").GetString() == "unknown");
        Assert.Equal("sent", await api.Viewer.GetStringAsync($"/events/{damaged}/payload", Cancel));
    }

    [Fact]
    public async Task An_id_in_lower_case_is_the_same_event()
    {
        var id = await api.AcceptAsync(TrackedEvents.Delivery());

        var shown = await (await api.Viewer.GetAsync($"/events/{id.ToString().ToLowerInvariant()}", Cancel)).ReadJsonAsync();

        Assert.Equal(id.ToString(), shown.GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_event_that_just_arrived_shows_where_its_payload_lies()
    {
        var time = new FakeTimeProvider(Noon);
        await using var own = await StartAsync(time);

        var id = await DeliverAsync(own);

        await AssertShownAsync(own, id, $$"""
            {
              "id": "{{id}}", "status": "queued", "storedStatus": null, "source": "shopify", "account": "example.myshopify.com",
              "topic": "inventory_levels/update", "function": "inventory-observed", "entity": "inventory-item:271878346596884015", "deliveryId": "webhook-1",
              "triggeredAt": "2026-11-23T11:59:58.500Z", "receivedAt": "2026-11-23T12:00:00.000Z", "updatedAt": "2026-11-23T12:00:00.000Z",
              "leaseUntil": null, "retryAt": null, "waitingOn": null, "error": null, "attemptCount": 0, "attempts": [], "history": [],
              "payload": {{PayloadOf(own, id)}},
              "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "traceUrl": "https://traces.example.com/4bf92f3577b34da6a3ce929d0e0e4736", "logsUrl": "https://logs.example.com/{{id}}",
              "correlationId": "e-1", "causes": [], "effects": [], "effectCount": 0, "editedReplayOf": null, "editedReplays": [], "earlier": [], "later": []
            }
            """);
    }

    [Fact]
    public async Task A_failed_event_shows_what_went_wrong_at_which_step_who_tried_again_and_what_it_caused()
    {
        var time = new FakeTimeProvider(Noon);
        await using var own = await StartAsync(time);
        var id = await DeliverAsync(own);
        var failure = new Failure("ConnectorException", "shopify/http-500", "Shopify answered 500.", ["HttpRequestException: 500"], "level read", "at First", "5f2a", true);
        time.Advance(TimeSpan.FromSeconds(1));
        var first = await own.ClaimAsync(id);
        time.Advance(TimeSpan.FromSeconds(1));
        await own.EndAsync(id, first with { Outcome = EventStatus.Failed, Steps = [new Step(5, "level read")], Calls = [new OutgoingCall(6, 900, 2, "500", "shopify")], Failure = failure });
        time.Advance(TimeSpan.FromSeconds(1));
        using var replayed = await own.Operator.PostAsync($"/events/{id}/replay", Body.Json("""{ "reason": "Shopify is up again" }"""), Cancel);
        Assert.Equal(HttpStatusCode.Accepted, replayed.StatusCode);
        time.Advance(TimeSpan.FromSeconds(1));
        var second = await own.ClaimAsync(id);
        time.Advance(TimeSpan.FromSeconds(1));
        EventId[] effects = [.. Enumerable.Range(0, 101).Select(UnknownId)];
        await own.EndAsync(
            id,
            second with { Outcome = EventStatus.Failed, Detail = "gave up", Steps = [new Step(0, "payload read"), new Step(7, "level read")], Failure = failure with { Stack = "at Second" } },
            effects: effects);

        await AssertShownAsync(own, id, $$"""
            {
              "id": "{{id}}", "status": "failed", "storedStatus": null, "source": "shopify", "account": "example.myshopify.com",
              "topic": "inventory_levels/update", "function": "inventory-observed", "entity": "inventory-item:271878346596884015", "deliveryId": "webhook-1",
              "triggeredAt": "2026-11-23T11:59:58.500Z", "receivedAt": "2026-11-23T12:00:00.000Z", "updatedAt": "2026-11-23T12:00:05.000Z",
              "leaseUntil": null, "retryAt": null, "waitingOn": null,
              "error": {
                "type": "ConnectorException", "code": "shopify/http-500", "message": "Shopify answered 500.", "causes": ["HttpRequestException: 500"],
                "step": "level read", "stack": "at Second", "fingerprint": "5f2a", "transient": true
              },
              "attemptCount": 2,
              "attempts": [
                {
                  "number": 1, "startedAt": "2026-11-23T12:00:01.000Z", "endedAt": "2026-11-23T12:00:02.000Z", "outcome": "failed", "detail": null,
                  "steps": [ { "elapsedMilliseconds": 5, "name": "level read" } ],
                  "calls": [ { "elapsedMilliseconds": 6, "durationMilliseconds": 900, "events": 2, "result": "500", "system": "shopify" } ],
                  "failure": {
                    "type": "ConnectorException", "code": "shopify/http-500", "message": "Shopify answered 500.", "causes": ["HttpRequestException: 500"],
                    "step": "level read", "stack": null, "fingerprint": "5f2a", "transient": true
                  }
                },
                {
                  "number": 2, "startedAt": "2026-11-23T12:00:04.000Z", "endedAt": "2026-11-23T12:00:05.000Z", "outcome": "failed", "detail": "gave up",
                  "steps": [ { "elapsedMilliseconds": 0, "name": "payload read" }, { "elapsedMilliseconds": 7, "name": "level read" } ],
                  "calls": [],
                  "failure": {
                    "type": "ConnectorException", "code": "shopify/http-500", "message": "Shopify answered 500.", "causes": ["HttpRequestException: 500"],
                    "step": "level read", "stack": "at Second", "fingerprint": "5f2a", "transient": true
                  }
                }
              ],
              "history": [ { "kind": "replay", "by": "otto", "at": "2026-11-23T12:00:03.000Z", "reason": "Shopify is up again", "afterAttempt": 1, "job": null } ],
              "payload": {{PayloadOf(own, id)}},
              "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "traceUrl": "https://traces.example.com/4bf92f3577b34da6a3ce929d0e0e4736", "logsUrl": "https://logs.example.com/{{id}}",
              "correlationId": "e-1", "causes": [],
              "effects": [ {{string.Join(", ", effects.Take(100).Select(effect => $"\"{effect}\""))}} ], "effectCount": 101, "editedReplayOf": null, "editedReplays": [], "earlier": [], "later": []
            }
            """);
    }

    [Fact]
    public async Task A_running_event_shows_until_when_it_is_held_and_what_it_did_so_far()
    {
        await using var own = await StartAsync(new FakeTimeProvider(Noon));
        var id = await own.AcceptAsync(TrackedEvents.Delivery());
        await own.ClaimAsync(id);
        await own.Ledger.CheckpointAsync(id, 1, [new Step(3, "level read")], Cancel);

        var shown = await (await own.Viewer.GetAsync($"/events/{id}", Cancel)).ReadJsonAsync();

        Assert.Equal("processing", shown.GetProperty("status").GetString());
        Assert.Equal("2026-11-23T12:05:00.000Z", shown.GetProperty("leaseUntil").GetString());
        Assert.Equal(
            """[{"number":1,"startedAt":"2026-11-23T12:00:00.000Z","endedAt":null,"outcome":null,"detail":null,"steps":[{"elapsedMilliseconds":3,"name":"level read"}],"calls":[],"failure":null}]""",
            shown.GetProperty("attempts").GetRawText());
    }

    [Fact]
    public async Task A_waiting_event_shows_what_it_waits_for()
    {
        var id = await api.AcceptAsync(TrackedEvents.Delivery());
        await api.RunAsync(id, EventStatus.Waiting, waitingOn: new EntityKey("product", "1008"));

        var shown = await (await api.Viewer.GetAsync($"/events/{id}", Cancel)).ReadJsonAsync();

        Assert.Equal(("waiting", "product:1008"), (shown.GetProperty("status").GetString(), shown.GetProperty("waitingOn").GetString()));
        Assert.Null(shown.GetProperty("leaseUntil").GetString());
    }

    [Fact]
    public async Task An_event_that_no_request_brought_in_and_whose_payload_is_still_in_its_queue_shows_neither()
    {
        var id = UnknownId(200);
        var metadata = new EventMetadata(id, "test", "account", "topic", "function", null, Noon, null, null, "correlation");
        await api.Ledger.ClaimAsync(new Claim(metadata, null, Noon, Noon.AddMinutes(1)), Cancel);

        await AssertShownAsync(api, id, $$"""
            {
              "id": "{{id}}", "status": "processing", "storedStatus": null, "source": "test", "account": "account", "topic": "topic", "function": "function", "entity": null, "deliveryId": null,
              "triggeredAt": "2026-11-23T12:00:00.000Z", "receivedAt": "2026-11-23T12:00:00.000Z", "updatedAt": "2026-11-23T12:00:00.000Z",
              "leaseUntil": "2026-11-23T12:01:00.000Z", "retryAt": null, "waitingOn": null, "error": null, "attemptCount": 1,
              "attempts": [ { "number": 1, "startedAt": "2026-11-23T12:00:00.000Z", "endedAt": null, "outcome": null, "detail": null, "steps": [], "calls": [], "failure": null } ],
              "history": [], "payload": null, "traceId": null, "traceUrl": null, "logsUrl": "https://logs.example.com/{{id}}", "correlationId": "correlation", "causes": [], "effects": [], "effectCount": 0, "editedReplayOf": null, "editedReplays": [], "earlier": [], "later": []
            }
            """);
    }

    [Fact]
    public async Task Causes_are_shown_up_to_the_origin_and_the_one_whose_record_is_gone()
    {
        var gone = UnknownId(300);
        var origin = await api.AcceptAsync(TrackedEvents.Delivery() with { CausationId = gone, Entity = new EntityKey("product", "1008") });
        var id = await api.AcceptAsync(TrackedEvents.Delivery() with { CausationId = origin });

        var shown = await (await api.Viewer.GetAsync($"/events/{id}", Cancel)).ReadJsonAsync();

        Assert.Equal(
            $$"""[{"id":"{{origin}}","status":"queued","source":"test","topic":"topic","entity":"product:1008"},{"id":"{{gone}}","status":null,"source":null,"topic":null,"entity":null}]""",
            shown.GetProperty("causes").GetRawText());
    }

    [Fact]
    public async Task A_long_chain_of_causes_ends_at_the_tenth()
    {
        List<EventId> chain = [UnknownId(400)];
        for (var link = 0; link < 12; link++)
        {
            chain.Add(await api.AcceptAsync(TrackedEvents.Delivery() with { CausationId = chain[^1] }));
        }

        var shown = await (await api.Viewer.GetAsync($"/events/{chain[^1]}", Cancel)).ReadJsonAsync();

        Assert.Equal(
            Enumerable.Reverse(chain).Skip(1).Take(10).Select(id => id.ToString()),
            shown.GetProperty("causes").EnumerateArray().Select(cause => cause.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task An_event_names_those_of_the_same_entity_before_and_after_it_and_the_sender_s_delivery()
    {
        var entity = new EntityKey("product", Guid.NewGuid().ToString("N"));
        List<EventId> events = [];
        for (var minute = 0; minute < 8; minute++)
        {
            events.Add(await api.AcceptAsync(TrackedEvents.Delivery() with { Entity = entity, TriggeredAt = Noon.AddMinutes(minute), DeliveryId = $"{entity.Id}/{minute}" }));
        }

        var shown = await (await api.Viewer.GetAsync($"/events/{events[6]}", Cancel)).ReadJsonAsync();

        Assert.Equal($"{entity.Id}/6", shown.GetProperty("deliveryId").GetString());
        Assert.Equal(events[1..6].Reverse<EventId>().Select(id => id.ToString()), Texts(shown, "earlier"));
        Assert.Equal([events[7].ToString()], Texts(shown, "later"));
    }

    [Fact]
    public async Task An_edited_replay_and_its_origin_name_each_other()
    {
        var origin = await api.AcceptAsync(TrackedEvents.Delivery());
        await api.RunAsync(origin, EventStatus.Failed, TrackedEvents.Failure());
        using var replayed = await api.Operator.PostAsync($"/events/{origin}/replay", Body.Json("""{ "payload": { "body": "edited" } }"""), Cancel);
        var edited = (await replayed.ReadJsonAsync()).GetProperty("id").GetString()!;

        var shown = await (await api.Viewer.GetAsync($"/events/{origin}", Cancel)).ReadJsonAsync();
        var other = await (await api.Viewer.GetAsync($"/events/{edited}", Cancel)).ReadJsonAsync();

        Assert.Equal([edited], Texts(shown, "editedReplays"));
        Assert.Null(shown.GetProperty("editedReplayOf").GetString());
        Assert.Equal(origin.ToString(), other.GetProperty("editedReplayOf").GetString());
        Assert.Empty(Texts(other, "editedReplays"));
    }

    private static IEnumerable<string?> Texts(System.Text.Json.JsonElement shown, string member) => shown.GetProperty(member).EnumerateArray().Select(id => id.GetString());

    private static Task<ApiFixture> StartAsync(TimeProvider time) => ApiFixture.StartAsync(services: services => services.AddSingleton(time));

    private static EventId UnknownId(int number) => EventId.ForDelivery("test", "", $"{number}", Noon);

    private static async Task<EventId> DeliverAsync(ApiFixture api)
    {
        using var request = Deliveries.Shopify(Deliveries.InventoryLevel, "webhook-1");
        request.Headers.Remove("X-Shopify-Triggered-At");
        request.Headers.Add("X-Shopify-Triggered-At", "2026-11-23T11:59:58.5Z");
        request.Headers.Add("X-Shopify-Event-Id", "e-1");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        using var response = await api.Anonymous.SendAsync(request, Cancel);
        return EventId.Parse((await response.ReadJsonAsync()).GetProperty("id").GetString()!);
    }

    /// <summary>The service's only payload, which is the whole content of its archive.</summary>
    private static string PayloadOf(ApiFixture api, EventId id)
    {
        var segment = new FileInfo(Assert.Single(Directory.GetFiles(Path.Combine(api.DataPath, "payloads"), "*", SearchOption.AllDirectories)));
        var key = Path.GetRelativePath(api.DataPath, segment.FullName).Replace(Path.DirectorySeparatorChar, '/');
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Deliveries.InventoryLevel)));
        return $$"""{ "href": "/events/{{id}}/payload", "segment": "{{key}}", "offset": 0, "length": {{segment.Length}}, "sha256": "{{hash}}" }""";
    }

    private static async Task AssertShownAsync(ApiFixture api, EventId id, string expected) => Assert.Equal(
        JsonNode.Parse(expected)?.ToJsonString(),
        JsonNode.Parse(await api.Viewer.GetStringAsync($"/events/{id}", Cancel))?.ToJsonString());
}
