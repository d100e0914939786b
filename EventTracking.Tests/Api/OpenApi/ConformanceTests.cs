using System.Net.Http.Headers;
using EventTracking.Core.Events;
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
    // By status, because they concern all operations alike; what only one operation documents can be provoked.
    private static readonly (int Status, string Reason)[] NotProvoked =
    [
        (408, "The server ends a request of which it receives less than 240 bytes a second for five seconds, which is too long for a test."),
        (500, "A fault that is known is repaired. Where one can be made, it is; all operations share the handler of unexpected faults."),
        (504, "Only the host on Lambda answers so; its own tests provoke it."),
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
        var unexplained = contract.Outcomes.Except(contract.Seen).Where(outcome => NotProvoked.All(entry => entry.Status != outcome.Status)).ToList();
        Assert.Empty(unexplained);

        // A reason that nothing needs any more has to go.
        Assert.All(contract.Outcomes.Select(outcome => outcome.Status).Intersect(NotProvoked.Select(entry => entry.Status)), status =>
            Assert.Contains(contract.Outcomes.Except(contract.Seen), outcome => outcome.Status == status));
    }

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
        public async Task EveryRouteAsync(HttpClient? client = null)
        {
            foreach (var request in RouteRequest.Of(api.Services))
            {
                using var message = new HttpRequestMessage(request.Method, request.Path) { Content = request.Body is null ? null : Body.Json(request.Body.ToJsonString()) };
                if (request.IsWebhook)
                {
                    message.Headers.Add("X-Shopify-Hmac-Sha256", Deliveries.Sign(System.Text.Encoding.UTF8.GetBytes(request.Body!.ToJsonString()), ApiFixture.ShopifySecret));
                }

                await SendAsync(client ?? Operator, message);
            }
        }

        /// <summary>Calls every route in the ways that it refuses, and, where nothing is stored yet, finds nothing.</summary>
        public async Task RefusalsAsync()
        {
            foreach (var request in RouteRequest.Of(api.Services).Where(request => !request.IsWebhook))
            {
                await SendAsync(Viewer, request.Method, request.Path, request.Body?.ToJsonString());
                if (!request.IsHealth)
                {
                    await SendAsync(Anonymous, request.Method, request.Path, request.Body?.ToJsonString());
                    await SendAsync(Operator, request.Method, request.Path, request.Body?.ToJsonString());
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
