using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Processing;
using EventTracking.Core.Replay;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Api;
using EventTracking.Tests.Stock.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Browser;

/// <summary>Something on every screen of a service whose workers do not run, so that it stays as it is. Every text that strangers choose is the given one.</summary>
/// <param name="Failed">An event that failed twice, with causes, effects and neighbors.</param>
/// <param name="Fingerprint">The group of its failures.</param>
/// <param name="Running">A replay that stays at its first event.</param>
/// <param name="Planned">A planned dismissal.</param>
internal sealed record ConsoleData(string Failed, string Fingerprint, string Running, string Planned)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The addresses of all screens, with what of the data each of them shows.</summary>
    public IReadOnlyList<string> Screens =>
    [
        "overview", "failures", $"failures/{Uri.EscapeDataString(Fingerprint)}", "moot", "events", "events?status=failed", $"events/{Failed}", "waiting", "search?q=product:1008",
        "replays", $"replays/{Running}", $"replays/{Planned}", "stock", "products",
    ];

    public static async Task<ConsoleData> PlantAsync(ApiFixture api, string text)
    {
        var product = new EntityKey("product", "1008");
        var delivery = TrackedEvents.Delivery(JsonSerializer.Serialize(new { id = text, nested = new { items = new[] { text } }, itemId = 271878346596884015 })) with { Topic = text, Function = "stock-sync", Entity = product };
        var failure = new Failure("ConnectorException", $"shop/{text}", text, [text, text], text, $"at {text} in {text}:line 7\n   at System.Net.Http.HttpClient.SendAsync()", "2-console", Transient: false);
        var origin = await RunAsync(api, delivery with { Body = "not JSON"u8.ToArray() }, EventStatus.Succeeded);
        await RunAsync(api, delivery, EventStatus.Failed, failure);
        await RunAsync(api, delivery with { CausationId = origin }, EventStatus.Succeeded);
        var effect = await RunAsync(api, delivery with { Function = "product-import" }, EventStatus.Succeeded);
        var failed = await api.AcceptAsync(delivery with { CausationId = origin });
        var attempt = await api.ClaimAsync(failed);
        await api.EndAsync(failed, attempt with { Outcome = EventStatus.Failed, Failure = failure, Detail = text, Steps = [new Step(1, text), new Step(20, "availability fetched")], Calls = [new OutgoingCall(2, 17, 3, $"shop/{text}", text)] }, null, effect);
        await RunAsync(api, delivery with { Entity = new EntityKey("product", "1009") }, EventStatus.Retrying, failure with { Fingerprint = "2-retried", Transient = true });
        await RunAsync(api, delivery with { Entity = new EntityKey("product", "1010") }, EventStatus.Waiting, waitingOn: new EntityKey("product", text));
        await api.AcceptAsync(delivery with { Function = "unrouted", Entity = null });
        await api.Services.GetRequiredService<BatchPump>().RunAsync(api.Services.GetRequiredService<FunctionRegistry>().Find("unrouted")!, TimeSpan.Zero, Cancel);

        var now = TimeProvider.System.GetUtcNow();
        var catalog = api.Services.GetRequiredService<ProductCatalog>();
        await catalog.LinkAsync(1008, text, 271878346596884015, Cancel);
        await catalog.StoreAsync(1008, linked => linked.AtBrightpearl(new Reading(7, now)), Cancel);
        await catalog.StoreAsync(1008, linked => linked.AtShopify(new Reading(9, now)), Cancel);
        await api.Services.GetRequiredService<UnlinkedCatalog>().RecordAsync(new EntityKey("product", "1011"), text, UnlinkedReasons.SkuNotAtShopify, text, Cancel);

        using var change = await api.Operator.PatchAsync("/failures/2-console", Body.Json(JsonSerializer.Serialize(new { state = "investigating", owner = text, note = text, link = "https://tracker.example/1" })), Cancel);
        change.EnsureSuccessStatusCode();
        foreach (var other in (string[])["1012", "1013"])
        {
            await RunAsync(api, delivery with { Entity = new EntityKey("product", other) }, EventStatus.Failed, failure with { Fingerprint = "2-replayed" });
        }

        var running = await PlanAsync(api, new { filter = new { fingerprints = new[] { "2-replayed" } }, reason = text });
        using var start = await api.Operator.PostAsync($"/replays/{running}/start", Body.Json("""{ "eventsPerSecond": 1 }"""), Cancel);
        start.EnsureSuccessStatusCode();
        await api.Services.GetRequiredService<ReplayPump>().AdvanceAsync(Cancel);
        return new(failed.ToString(), "2-console", running, await PlanAsync(api, new { action = "dismiss", filter = new { fingerprints = new[] { "2-console" } }, reason = text }));
    }

    private static async Task<EventId> RunAsync(ApiFixture api, Core.Intake.Delivery delivery, EventStatus outcome, Failure? failure = null, EntityKey? waitingOn = null)
    {
        var id = await api.AcceptAsync(delivery with { DeliveryId = Guid.NewGuid().ToString() });
        await api.RunAsync(id, outcome, failure, waitingOn);
        return id;
    }

    private static async Task<string> PlanAsync(ApiFixture api, object request)
    {
        using var response = await api.Operator.PostAsync("/replays", Body.Json(JsonSerializer.Serialize(request)), Cancel);
        return (await response.ReadJsonAsync()).GetProperty("id").GetString()!;
    }
}
