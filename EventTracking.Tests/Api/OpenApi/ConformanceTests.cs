using System.Net.Http.Headers;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Api.Validation;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Payloads;
using EventTracking.Tests.Stock.Catalog;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>
/// Calls every operation of the documents in every outcome that can be provoked, and holds each response against its schema. An
/// outcome that is documented but was not seen must be on the list below, with the reason.
/// </summary>
public sealed class ConformanceTests
{
    // Most by status, because they concern all operations alike.
    private static readonly (string? Operation, int Status, string Reason)[] NotProvoked =
    [
        (null, 408, "The server ends a request of which it receives less than 240 bytes a second for five seconds, which is too long for a test."),
        (null, 500, "A fault that is known is repaired. Where one can be made, it is; all operations share the handler of unexpected faults."),
        (null, 504, "Only the host on Lambda answers so; its own tests provoke it."),
        ("planReplay", 409, "A plan is refused from 100,001 events on, which take too long to make."),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_response_of_the_service_is_as_its_document_says()
    {
        var contract = await Contract.ReadAsync(DocumentGenerator.Main, Cancel);
        await using (var api = await ApiFixture.StartAsync())
        {
            var caller = new Caller(api, contract);
            await caller.RefusalsAsync();
            await DeliverAsync(caller);
            await EventsAsync(api, caller);
            await CatalogAsync(api, caller);
        }

        await using (var api = await ApiFixture.StartAsync())
        {
            var caller = new Caller(api, contract);
            await FailuresAsync(api, caller);
            await WaitingAsync(api, caller);
            await ReplaysAsync(api, caller);
            await LookAsync(api, caller);
        }

        await using (var api = await ApiFixture.StartAsync())
        {
            await new Caller(api, contract).GuessAsync();
        }

        await using (var api = await ApiFixture.StartAsync())
        {
            api.DropEvents();
            await new Caller(api, contract).EveryRouteAsync();
        }

        await using (var api = await ApiFixture.StartAsync())
        {
            await api.LoseDatabaseAsync();
            await new Caller(api, contract).EveryRouteAsync();
        }

        AssertAllSeen(contract);
    }

    [Fact]
    public async Task Every_response_of_the_sandbox_is_as_its_document_says()
    {
        var contract = await Contract.ReadAsync(DocumentGenerator.Sandbox, Cancel);
        await using var api = await ApiFixture.StartAsync("Development");
        var caller = new Caller(api, contract);
        foreach (var request in RouteRequest.Of(api.Services).Where(request => request.IsSandbox))
        {
            await SendAsync(caller.Operator, HttpMethod.Post, "/sandbox/control/reset");
            await caller.RefuseAsync(request);
            await SendAsync(caller.Operator, request.Method, request.Path, request.Body?.ToJsonString());
            await SendAsync(caller.Operator, request.Method, request.Path.Replace("/products/1", "/products/99999", StringComparison.Ordinal).Replace("271878346596884015", "99999", StringComparison.Ordinal), request.Body?.ToJsonString());
        }

        await SendAsync(caller.Operator, HttpMethod.Post, "/sandbox/control/products", """{"sku":"A","productId":"1"}""");
        AssertAllSeen(contract);
    }

    private static void AssertAllSeen(Contract contract)
    {
        var unexplained = contract.Outcomes.Except(contract.Seen).Where(outcome => NotProvoked.All(entry => !Concerns(entry, outcome))).ToList();
        Assert.Empty(unexplained);

        // A reason that nothing needs any more has to go.
        Assert.All(NotProvoked.Where(entry => contract.Outcomes.Any(outcome => Concerns(entry, outcome))), entry =>
            Assert.Contains(contract.Outcomes.Except(contract.Seen), outcome => Concerns(entry, outcome)));
    }

    private static bool Concerns((string? Operation, int Status, string Reason) entry, (string Operation, int Status) outcome) =>
        entry.Status == outcome.Status && (entry.Operation is null || entry.Operation == outcome.Operation);

    private static async Task DeliverAsync(Caller caller)
    {
        foreach (var content in new HttpContent[] { new ByteArrayContent("{}"u8.ToArray()), new ByteArrayContent("{}"u8.ToArray()), new ChunkedContent(EventTracking.Api.Webhooks.RequestBody.Limit + 1) })
        {
            await SendAsync(caller.Anonymous, Deliveries.Shopify("{}"u8.ToArray(), deliveryId: "twice", content: content));
        }

        await SendAsync(caller.Anonymous, Deliveries.Shopify("{}"u8.ToArray(), signature: "wrong"));
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put })
        {
            var body = $$"""{ "resourceType": "product", "id": "{{method.Method.Length}}", "fullEvent": "product.modified.on-hand-modified", "raisedOn": "{{Deliveries.Time}}" }""";
            await SendAsync(caller.Anonymous, method, $"/webhooks/brightpearl/{ApiFixture.BrightpearlKey}", body);
            await SendAsync(caller.Anonymous, method, $"/webhooks/brightpearl/{ApiFixture.BrightpearlKey}", body);
            await SendAsync(caller.Anonymous, method, "/webhooks/brightpearl/wrong", body);
            using var large = new HttpRequestMessage(method, $"/webhooks/brightpearl/{ApiFixture.BrightpearlKey}") { Content = new ChunkedContent(EventTracking.Api.Webhooks.RequestBody.Limit + 1) };
            await SendAsync(caller.Anonymous, large);
        }
    }

    private static async Task EventsAsync(ApiFixture api, Caller caller)
    {
        var failed = await EventAsync(api, EventStatus.Failed, TrackedEvents.Failure(stack: "at Somewhere"));
        var running = await api.AcceptAsync(TrackedEvents.Delivery());
        await api.ClaimAsync(running);
        var waiting = await api.AcceptAsync(TrackedEvents.Delivery());
        await api.RunAsync(waiting, EventStatus.Waiting, waitingOn: new EntityKey("product", "1008"));
        foreach (var id in new[] { failed, running, waiting })
        {
            await caller.GetAsync($"/events/{id}");
            await caller.GetAsync($"/events/{id}/payload");
        }

        foreach (var query in new[] { "", "?status=failed", "?status=waiting&limit=1", "?limit=1" })
        {
            await caller.GetAsync($"/events{query}");
        }

        var edited = await caller.PostAsync($"/events/{failed}/replay", """{ "payload": { "body": "edited" } }""");
        await caller.GetAsync($"/events/{edited.GetProperty("id").GetString()}");
        await caller.PostAsync($"/events/{running}/replay", "{}");
        await caller.PostAsync($"/events/{running}/dismiss", """{ "reason": "test" }""");
        await caller.PostAsync($"/events/{waiting}/dismiss", """{ "reason": "test" }""");
        await caller.PostAsync($"/events/{waiting}/replay", "{}");
        await caller.PostAsync($"/events/{failed}/replay", """{ "reason": "corrected" }""");
        await caller.GetAsync($"/events/{failed}");

        var gone = await EventAsync(api, EventStatus.Failed, TrackedEvents.Failure());
        var damaged = await EventAsync(api, EventStatus.Failed, TrackedEvents.Failure());
        Damage.Flip(api.DataPath, (await api.Ledger.FindAsync(damaged, Cancel))!.Payload!);
        await caller.GetAsync($"/events/{damaged}/payload");
        File.Delete(Path.Combine(api.DataPath, (await api.Ledger.FindAsync(gone, Cancel))!.Payload!.Segment));
        await caller.GetAsync($"/events/{gone}/payload");
        await caller.PostAsync($"/events/{gone}/replay", """{ "payload": { "body": "edited" } }""");
        await caller.PostAsync($"/events/{gone}/replay", "{}");

        var newer = await EventAsync(api, EventStatus.Failed, TrackedEvents.Failure());
        await api.StoreAsync("UPDATE events SET status = 9, segment = NULL WHERE id = ?", newer);
        await caller.GetAsync($"/events/{newer}");
        await caller.GetAsync($"/events/{newer}/payload");
        await caller.PostAsync($"/events/{newer}/replay", "{}");
    }

    private static async Task CatalogAsync(ApiFixture api, Caller caller)
    {
        var catalog = api.Services.GetRequiredService<ProductCatalog>();
        var now = TimeProvider.System.GetUtcNow();
        await catalog.LinkAsync(1008, "SHIRT-M", 271878346596884015, Cancel);
        await catalog.StoreAsync(1008, product => product.AtBrightpearl(new Reading(7, now)), Cancel);
        await catalog.StoreAsync(1008, product => product.AtShopify(new Reading(9, now)), Cancel);
        foreach (var path in new[] { "/products", "/products?linked=false", "/products/1008", "/discrepancies" })
        {
            await caller.GetAsync(path);
        }

        await caller.PostAsync("/reconciliations", """{ "dryRun": true }""");
        await caller.PostAsync("/reconciliations", "{}");
        var import = (await caller.PostAsync("/catalog/imports", "{}")).GetProperty("id").GetString();
        await caller.GetAsync("/catalog/imports");
        await caller.GetAsync($"/catalog/imports/{import}");
        await SendAsync(caller.Operator, HttpMethod.Delete, $"/catalog/imports/{import}");
        await caller.GetAsync($"/catalog/imports/{import}");
    }

    private static async Task FailuresAsync(ApiFixture api, Caller caller)
    {
        await EventAsync(api, EventStatus.Failed, TrackedEvents.Failure("2-conformance"));
        await caller.GetAsync("/failures");
        await caller.GetAsync("/failures/moot");
        await caller.GetAsync("/failures/2-conformance");
        foreach (var change in new[]
        {
            """{ "state": "investigating", "owner": "ann", "note": "known", "link": "https://tracker.example/1" }""",
            """{ "state": "resolved", "resolve": "drained" }""",
            """{ "state": "resolved", "resolve": "nextBuild" }""",
            """{ "state": "muted", "mute": { "until": "2099-01-01T00:00:00Z", "count": 10000, "perHour": 1 } }""",
        })
        {
            await SendAsync(caller.Operator, HttpMethod.Patch, "/failures/2-conformance", change);
            await caller.GetAsync("/failures/2-conformance");
        }

        await caller.GetAsync("/failures?state=muted");
        await SendAsync(caller.Operator, HttpMethod.Patch, "/failures/2-never", """{ "state": "open" }""");
        await caller.GetAsync("/notifications");
        await caller.PostAsync("/notifications/test", "");
    }

    private static async Task WaitingAsync(ApiFixture api, Caller caller)
    {
        var entity = new EntityKey("product", "1008");
        foreach (var action in new[] { "import", "release" })
        {
            await WaitAsync(api, entity);
            await caller.GetAsync("/waiting");
            await caller.PostAsync($"/waiting/{entity}/{action}", "");
            await caller.GetAsync("/waiting");
        }

        await WaitAsync(api, entity);
        await caller.PostAsync($"/waiting/{entity}/dismiss", """{ "reason": "discontinued" }""");
    }

    private static async Task WaitAsync(ApiFixture api, EntityKey entity) =>
        await api.RunAsync(await api.AcceptAsync(TrackedEvents.Delivery() with { Function = "unrouted" }), EventStatus.Waiting, waitingOn: entity);

    private static async Task ReplaysAsync(ApiFixture api, Caller caller)
    {
        var pump = api.Services.GetRequiredService<ReplayPump>();
        var failed = await EventAsync(api, EventStatus.Failed, TrackedEvents.Failure("2-replayed"));
        await EventAsync(api, EventStatus.Failed, TrackedEvents.Failure("2-replayed"));
        var filter = $$"""{ "fingerprints": ["2-replayed"], "from": "2026-01-01", "to": "2099-01-01T00:00:00Z" }""";
        var job = await PlanAsync(caller, $$"""{ "filter": {{filter}}, "reason": "the shop is up again" }""");
        await caller.PostAsync("/replays", """{ "failedOf": "0000000000000" }""");
        await caller.PostAsync($"/replays/{job}/pause", "");
        await caller.PostAsync($"/replays/{job}/resume", "{}");
        await caller.PostAsync($"/replays/{job}/start", """{ "eventsPerSecond": 1000 }""");
        await caller.PostAsync($"/replays/{job}/start", "{}");
        await SendAsync(caller.Operator, HttpMethod.Put, $"/replays/{job}/rate", """{ "eventsPerSecond": null }""");
        await pump.AdvanceAsync(Cancel);
        await api.RunAsync(failed, EventStatus.Failed, TrackedEvents.Failure("2-replayed"));
        await pump.AdvanceAsync(Cancel);
        await caller.GetAsync($"/events/{failed}");
        await caller.GetAsync($"/replays/{job}");
        await caller.PostAsync($"/replays/{job}/resume", "{}");
        await caller.PostAsync($"/replays/{job}/pause", "");
        foreach (var type in new[] { "application/json", "application/x-ndjson", "text/csv" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/replays/{job}/events?limit=1");
            request.Headers.Accept.ParseAdd(type);
            await SendAsync(caller.Operator, request);
        }

        await caller.PostAsync($"/replays/{job}/cancel", "");
        await caller.PostAsync($"/replays/{job}/cancel", "");
        await SendAsync(caller.Operator, HttpMethod.Put, $"/replays/{job}/rate", """{ "eventsPerSecond": 5 }""");
        await PlanAsync(caller, $$"""{ "failedOf": "{{job}}" }""");
        var dismissal = await PlanAsync(caller, $$"""{ "action": "dismiss", "filter": {{filter}}, "reason": "test orders" }""");
        await caller.PostAsync($"/replays/{dismissal}/start", "{}");
        await pump.AdvanceAsync(Cancel);
        foreach (var path in new[] { $"/replays/{dismissal}", $"/replays/{dismissal}/events", "/replays", "/replays?limit=1" })
        {
            await caller.GetAsync(path);
        }
    }

    private static async Task<string> PlanAsync(Caller caller, string body) => (await caller.PostAsync("/replays", body)).GetProperty("id").GetString()!;

    private static async Task LookAsync(ApiFixture api, Caller caller)
    {
        await api.AcceptAsync(TrackedEvents.Delivery("""{ "order": "A-1001" }"""));
        foreach (var path in new[] { "/search?q=product:1008", "/search?q=1008", "/search?q=SHIRT-M", "/activity", "/activity?step=1h", "/me" })
        {
            await caller.GetAsync(path);
        }

        foreach (var dry in new[] { "true", "false" })
        {
            var day = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            await caller.PostAsync("/search/deep", $$"""{ "text": "A-1001", "from": "{{day}}", "to": "{{day}}", "dryRun": {{dry}} }""");
        }
    }

    private static async Task<EventId> EventAsync(ApiFixture api, EventStatus outcome, Failure? failure)
    {
        var delivery = TrackedEvents.Delivery() with { Headers = new Dictionary<string, string> { ["content-type"] = "application/json" } };
        var id = await api.AcceptAsync(delivery);
        await api.RunAsync(id, outcome, failure);
        return id;
    }

    private static async Task SendAsync(HttpClient client, HttpRequestMessage request) => (await client.SendAsync(request, Cancel)).Dispose();

    private static async Task SendAsync(HttpClient client, HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, new MediaTypeHeaderValue(type));
        }

        await SendAsync(client, request);
    }

    /// <summary>Calls a service through the contract.</summary>
    private sealed class Caller(ApiFixture api, Contract contract)
    {
        public HttpClient Anonymous { get; } = api.Client(key: null, new ContractHandler(contract));

        public HttpClient Operator { get; } = api.Client(api.OperatorKey, new ContractHandler(contract));

        private HttpClient Viewer { get; } = api.Client(api.ViewerKey, new ContractHandler(contract));

        public async Task GetAsync(string path) => await SendAsync(Viewer, HttpMethod.Get, path);

        public async Task<System.Text.Json.JsonElement> PostAsync(string path, string body)
        {
            using var response = await Operator.PostAsync(path, Body.Json(body), Cancel);
            return await response.ReadJsonAsync();
        }

        /// <summary>Calls every route as its examples show, whatever comes of it.</summary>
        public async Task EveryRouteAsync()
        {
            foreach (var request in RouteRequest.Of(api.Services))
            {
                using var message = new HttpRequestMessage(request.Method, request.Target) { Content = request.Body is null ? null : Body.Json(request.Body.ToJsonString()) };
                if (request.IsWebhook)
                {
                    message.Headers.Add("X-Shopify-Hmac-Sha256", Deliveries.Sign(System.Text.Encoding.UTF8.GetBytes(request.Body!.ToJsonString()), ApiFixture.ShopifySecret));
                }

                await SendAsync(Operator, message);
            }
        }

        /// <summary>Calls every route in the ways that it refuses, and, where nothing is stored yet, finds nothing.</summary>
        public async Task RefusalsAsync()
        {
            foreach (var request in RouteRequest.Of(api.Services).Where(request => !request.IsWebhook))
            {
                await SendAsync(Viewer, request.Method, request.Target, request.Body?.ToJsonString());
                if (!request.IsHealth)
                {
                    await SendAsync(Anonymous, request.Method, request.Target, request.Body?.ToJsonString());
                    await SendAsync(Operator, request.Method, request.Target, request.Body?.ToJsonString());
                    await RefuseAsync(request);
                }
            }
        }

        public async Task RefuseAsync(RouteRequest request)
        {
            await SendAsync(Operator, request.Method, $"{request.Path}?verbose=1", request.Body?.ToJsonString());
            if (request.Body is not null)
            {
                await SendAsync(Operator, request.Method, request.Path, "{");
                await SendAsync(Operator, request.Method, request.Path, "a", "text/plain");
                using var large = new HttpRequestMessage(request.Method, request.Path) { Content = new ByteArrayContent(new byte[(16 * 1024 * 1024) + 1]) };
                large.Content.Headers.ContentType = new("application/json");
                large.Headers.ExpectContinue = true;
                await SendAsync(Operator, large);
            }
        }

        /// <summary>Guesses keys and signatures until they are refused as too many.</summary>
        public async Task GuessAsync()
        {
            using var guesser = api.Client("wrong", new ContractHandler(contract));
            for (var guess = 0; guess <= 20; guess++)
            {
                await SendAsync(guesser, HttpMethod.Get, "/events");
            }

            foreach (var request in RouteRequest.Of(api.Services).Where(request => !request.IsHealth))
            {
                await SendAsync(guesser, request.Method, request.Path.Replace(ApiFixture.BrightpearlKey, "wrong", StringComparison.Ordinal), request.Body?.ToJsonString());
            }
        }
    }
}
