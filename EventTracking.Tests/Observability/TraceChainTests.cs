using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventTracking.Api.Hosting.Lambda;
using EventTracking.Api.Observability.Emf;
using EventTracking.Api.Observability.Logs;
using EventTracking.Api.Observability.XRay;
using EventTracking.Core;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Secrets;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Testing.Functions;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Api;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Functions;
using EventTracking.Tests.Hosting.Lambda;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EventTracking.Tests.Observability;

/// <summary>The product in Lambda, from a webhook through a message to a connector's call, as X-Ray and CloudWatch see it.</summary>
[Collection(nameof(TraceCollection))]
public sealed class TraceChainTests : IDisposable
{
    private const string Function = "probe";
    private const string WebhookTrace = "1-5759e988-bd862e3fe1be46a994272793";
    private const string BatchTrace = "1-6759e988-ad862e3fe1be46a994272793";

    private readonly DaemonReceiver daemon = new();
    private readonly LineCollector metrics = new();
    private readonly LineCollector logs = new();
    private readonly HttpStatusCode[] answer = [HttpStatusCode.OK];

    [Fact]
    public async Task One_trace_from_the_webhook_to_the_call()
    {
        await using var app = await StartAsync();
        var id = await DeliverAsync(app, sampled: true);
        var webhook = Single("POST /webhooks/shopify");
        Assert.Equal((WebhookTrace, "53995c3f42cd8ad8"), (TraceOf(webhook), (string)webhook["parent_id"]!));
        Assert.Equal(("POST", "/webhooks/shopify", 202), ((string)webhook["http"]!["request"]!["method"]!, (string)webhook["http"]!["request"]!["url"]!, (int)webhook["http"]!["response"]!["status"]!));

        Assert.Empty(await RunAsync(app, id, $"Root={WebhookTrace};Parent={webhook["id"]};Sampled=1"));

        var documents = Read();
        var (attempt, call, claim, invocation) = (Find(documents, Function), Find(documents, "brightpearl"), Find(documents, "claim"), Find(documents, "invocation"));
        Assert.All([attempt, call, claim], document => Assert.Equal(WebhookTrace, TraceOf(document)));
        Assert.Equal((string)webhook["id"]!, (string)attempt["parent_id"]!);
        Assert.Equal((string)attempt["id"]!, (string)call["parent_id"]!);
        Assert.Equal(BatchTrace, TraceOf(invocation));
        var link = Assert.Single(attempt["links"]!.AsArray())!;
        Assert.Equal((BatchTrace, (string)invocation["id"]!), (TraceOf(link), (string)link["id"]!));
        Assert.Equal((id.ToString(), "succeeded"), ((string)attempt["annotations"]!["event_id"]!, (string)attempt["annotations"]!["status"]!));
        Assert.Equal(WebhookTrace, TraceHeader.TraceIdOf((await FindAsync(app, id)).Event.TraceId!));
    }

    [Fact]
    public async Task A_successful_event_leaves_a_line_of_metrics_and_no_log()
    {
        await using var app = await StartAsync();
        var id = await DeliverAsync(app, sampled: true);
        var intake = Assert.Single(metrics.Lines);
        EmfFormat.Check(intake);
        logs.Clear();

        Assert.Empty(await RunAsync(app, id, null));
        var batch = Assert.Single(metrics.Lines.Skip(1));

        var line = EmfFormat.Check(batch);
        Assert.Equal((1, 1, "shopify", Function), ((int)line["Succeeded"]!, (int)line["BrightpearlCalls"]!, (string)line["source"]!, (string)line["function"]!));
        Assert.Empty(logs.Lines);
        TestContext.Current.SendDiagnosticMessage("Intake {0} bytes: {1}\nBatch of one {2} bytes: {3}", intake.Length, intake, batch.Length, batch);
    }

    [Fact]
    public async Task Nothing_that_leaves_the_process_has_a_secret()
    {
        answer[0] = HttpStatusCode.BadRequest;
        await using var app = await StartAsync();
        var request = LambdaEvents.Request("POST", $"/webhooks/brightpearl/{ApiFixture.BrightpearlKey}").WithText("{}", "application/json");
        await app.Runtime.InvokeAsync(request, trace: Header(WebhookTrace, sampled: true));
        var wrong = LambdaEvents.Request("POST", "/webhooks/brightpearl/hush-another-key", "key=hush-query").WithText("{}", "application/json");
        await app.Runtime.InvokeAsync(wrong, trace: Header(WebhookTrace, sampled: true));
        var id = await DeliverAsync(app, sampled: true);

        await RunAsync(app, id, Header(WebhookTrace, sampled: true));

        Assert.Equal(EventStatus.Failed, (await FindAsync(app, id)).Status);
        var documents = daemon.ReadAll();
        documents.ForEach(SegmentFormat.Check);
        Assert.Contains("POST /webhooks/brightpearl/_key_", string.Concat(documents), StringComparison.Ordinal);
        Assert.Contains("\"cause\"", string.Concat(documents), StringComparison.Ordinal);
        Assert.Contains($"\"eventId\":\"{id}\"", logs.Text, StringComparison.Ordinal);
        Assert.Contains("\"traceId\":\"5759e988bd862e3fe1be46a994272793\"", logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", string.Concat(documents) + metrics.Text + logs.Text, StringComparison.Ordinal);
        Assert.All(logs.Lines, line => Assert.NotNull(JsonNode.Parse(line)));
    }

    [Fact]
    public async Task An_invocation_that_is_not_sampled_sends_nothing()
    {
        answer[0] = HttpStatusCode.BadRequest;
        await using var app = await StartAsync();
        var id = await DeliverAsync(app, sampled: false);

        await RunAsync(app, id, Header(WebhookTrace, sampled: false), batchSampled: false);

        Assert.Empty(daemon.ReadAll());
        Assert.Equal(WebhookTrace, TraceHeader.TraceIdOf((await FindAsync(app, id)).Event.TraceId!));
    }

    public void Dispose()
    {
        daemon.Dispose();
        metrics.Dispose();
        logs.Dispose();
    }

    private static string Header(string trace, bool sampled) => $"Root={trace};Parent=53995c3f42cd8ad8;Sampled={(sampled ? 1 : 0)};Lineage=1:5a3f:0";

    private static string TraceOf(JsonNode document) => (string)document["trace_id"]!;

    private static JsonNode Find(IEnumerable<JsonNode> documents, string name) => Assert.Single(documents, document => (string)document["name"]! == name);

    private static async Task<EventRecord> FindAsync(LambdaApp app, EventId id) =>
        Assert.IsType<EventRecord>(await app.Get<IEventLedger>().FindAsync(id, TestContext.Current.CancellationToken));

    private Task<LambdaApp> StartAsync() => LambdaApp.StartProductAsync(services =>
    {
        services.AddSingleton(provider => new RegisteredFunction(Function, new FunctionSettings(), () => new ProbeFunction(async (_, _, cancellationToken) =>
        {
            await provider.GetRequiredService<BrightpearlClient>().GetProductsAsync([1], cancellationToken);
            return Outcome.Succeeded;
        })));
        services.AddRoute("shopify", "products/update", Function);
        services.AddHttpClient(nameof(BrightpearlClient)).ConfigurePrimaryHttpMessageHandler(() => new Responses(answer));
        services.RemoveAll<IInvocationEnd>();
        services.AddSingleton<IInvocationEnd>(provider => new XRayExporter(new Daemon(daemon.Address), new SubsegmentWriter(provider.GetRequiredService<SecretRedactor>(), "eu-west-1")));
        services.AddSingleton<IInvocationEnd>(provider => new EmfExporter(
            provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), new EmfLines("EventTracking", "event-tracking", TimeProvider.System), metrics.WriteLine, -1));
        services.AddSingleton<ILoggerProvider>(provider => new JsonLineLoggerProvider(logs, provider.GetRequiredService<SecretRedactor>, TimeProvider.System));
    });

    private async Task<EventId> DeliverAsync(LambdaApp app, bool sampled)
    {
        const string body = """{"id":1}""";
        var request = LambdaEvents.Request("POST", "/webhooks/shopify").WithText(body, "application/json")
            .With("x-shopify-hmac-sha256", Deliveries.Sign(Encoding.UTF8.GetBytes(body), ApiFixture.ShopifySecret))
            .With("x-shopify-topic", "products/update")
            .With("x-shopify-shop-domain", "example.myshopify.com")
            .With("x-shopify-triggered-at", Deliveries.Time)
            .With("x-shopify-webhook-id", Guid.NewGuid().ToString());
        var response = (await app.Runtime.InvokeAsync(request, trace: Header(WebhookTrace, sampled))).Response();
        Assert.Equal(202, response.Status);
        await metrics.NextAsync("Received");
        return EventId.Parse((string)JsonNode.Parse(response.Text)!["id"]!);
    }

    /// <summary>Delivers the event's message as Lambda does and returns the ids of the failed messages.</summary>
    private async Task<string[]> RunAsync(LambdaApp app, EventId id, string? header, bool batchSampled = true)
    {
        var record = await FindAsync(app, id);
        var payload = Assert.IsType<PayloadRead.Available>(await app.Get<IPayloadArchive>().ReadAsync(record.Payload!, TestContext.Current.CancellationToken)).Payload;
        var batch = LambdaEvents.Batch("event-tracking-" + Function, ("m1", QueueMessage.Write(new WorkItem(record.Event, payload, null))));
        if (header is not null)
        {
            batch["Records"]![0]!["attributes"]![TraceHeader.MessageAttribute] = header;
        }

        var report = await app.Runtime.InvokeAsync(batch, trace: Header(BatchTrace, batchSampled));
        Assert.True(report.Kind == "response", report.Json.ToJsonString());
        await metrics.NextAsync("HandlerTime");
        return report.Failures();
    }

    private JsonNode Single(string name) => Find(Read(), name);

    private List<JsonNode> Read()
    {
        var documents = daemon.ReadAll();
        documents.ForEach(SegmentFormat.Check);
        return documents.ConvertAll(document => JsonNode.Parse(document)!);
    }

    /// <summary>The response of Brightpearl; an error quotes what it should not.</summary>
    private sealed class Responses(HttpStatusCode[] status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage(status[0])
        {
            Content = new StringContent(status[0] == HttpStatusCode.OK ? """{"response":[]}""" : "Token hush-brightpearl-staff-token is refused"),
            RequestMessage = request,
        });
    }
}
