using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EventTracking.Core.Catalog;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Queue;
using EventTracking.Core.Replay;
using EventTracking.Tests.Api;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Backends.Aws;
using EventTracking.Tests.Backends.Aws.Emulators;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Backends.Before;

/// <summary>
/// Makes the fixtures of this folder's tests, on demand only:
/// <c>dotnet build EventTracking.Tests -p:PathMap=$PWD/=./</c>, so that stack traces name no machine, then
/// <c>dotnet test --project EventTracking.Tests --no-build --filter-class '*BeforeGenerator' --explicit only</c>.
/// </summary>
public sealed class BeforeGenerator(AwsEmulators emulators)
{
    private const long FirstItem = 271878346596884015;
    private const long Location = 24826418;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Embedded()
    {
        using var folder = new TemporaryFolder();
        var target = Repository.PathOf("EventTracking.Tests", "Backends", "Embedded", "Before");
        var data = Path.Combine(folder.Path, "data");
        DateTimeOffset now;
        await using (var service = await StartAsync(new() { ["EventTracking:DataPath"] = data }))
        {
            await TellAsync(service);
            now = service.Time.GetUtcNow();
        }

        // The log is folded into the file when the last connection closes.
        File.Delete(Path.Combine(data, "lock"));
        var zip = Path.Combine(target, "data.zip");
        File.Delete(zip);
        await ZipFile.CreateFromDirectoryAsync(data, zip, CompressionLevel.SmallestSize, includeBaseDirectory: false, Cancellation);

        // A start ends the leases of the process before it.
        await using var again = await BeforeService.StartAsync(now, new() { ["EventTracking:DataPath"] = data });
        (await RecordAsync(again)).Write(Path.Combine(target, "Answers.approved.json"));
    }

    [Fact(Explicit = true)]
    public async Task Aws()
    {
        await emulators.RequireAsync();
        await using var names = new AwsNames(emulators);
        await names.ProvisionAsync();
        await ProbeQueue.CreateAsync(names);
        var target = Repository.PathOf("EventTracking.Tests", "Backends", "Aws", "Before");
        var sent = new List<(string Queue, string Body)>();
        var traffic = new AwsTraffic { Answer = (operation, body) => Capture(operation, body, sent) };
        await using var service = await StartAsync(new(names.Settings) { ["EventTracking:Backend"] = "Aws" }, services => services.AddSingleton<HttpClientFactory>(traffic));
        await TellAsync(service);
        var answers = await RecordAsync(service);
        answers.Write(Path.Combine(target, "Answers.approved.json"));
        var dump = await DumpAsync(service, names, sent, answers);
        await using var file = File.Create(Path.Combine(target, "data.json.gz"));
        await using var gzip = new GZipStream(file, CompressionLevel.SmallestSize);
        await gzip.WriteAsync(Encoding.UTF8.GetBytes(dump.ToJsonString()), Cancellation);
    }

    private static Task<BeforeService> StartAsync(Dictionary<string, string?> settings, Action<IServiceCollection>? services = null) =>
        BeforeService.StartAsync(new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero), settings, RunProbeAsync, services);

    private static Task<Outcome> RunProbeAsync(string message, EventContext context)
    {
        context.Step("message read");
        var again = context.ReplayCount > 0;
        if (message.StartsWith("wait for ", StringComparison.Ordinal) && !again)
        {
            return Task.FromResult(Outcome.WaitFor(EntityKey.Parse(message["wait for ".Length..])));
        }

        if (message.StartsWith("fail once", StringComparison.Ordinal) && again)
        {
            context.Step("shop answered this time");
            return Task.FromResult(Outcome.Succeeded);
        }

        context.Step("shop asked");
        return message switch
        {
            "supersede" => Task.FromResult(Outcome.Superseded("A later quantity is set.")),
            "ignore" => Task.FromResult(Outcome.Ignored("The product is a draft.")),
            "lost" => throw new KeyNotFoundException("No variant has this id."),
            "retry" => throw new TimeoutException("The shop is slow."),
            _ when message.StartsWith("fail", StringComparison.Ordinal) =>
                throw new FunctionException("The shop refused the quantity: \"too large\" – 12 > 10.", "shop/refused", transient: false, new InvalidOperationException("status 422", new IOException("connection reset"))),
            _ => Task.FromResult(Outcome.Succeeded),
        };
    }

    private static async Task TellAsync(BeforeService service)
    {
        await TellCatalogAsync(service);
        await TellDeadLettersAsync(service);
        await TellWaitingAsync(service);
        await TellFinalAsync(service);
        await TellReplaysAsync(service);
        await TellProcessingAsync(service);
        await TellQueuedAsync(service);
    }

    private static async Task TellCatalogAsync(BeforeService service)
    {
        // Released by the import, which the webhook asks for as well.
        await AcceptAsync(service, "released", "wait for product:3");
        await RunAsync(service, "probe", 1);
        await BrightpearlAsync(service, "1-3,99", "product.created");
        await RunAsync(service, "fan-out", 1);
        await RunAsync(service, "product-import", 5);
        await RunAsync(service, "probe", 1);
        await ShopifyAsync(service, FirstItem, "11111111-0000-4000-8000-000000000001");
        await RunAsync(service, "inventory-observed", 1);
        await BrightpearlAsync(service, "2", "product.modified.on-hand-modified");
        await RunAsync(service, "stock-sync", 1);

        var catalog = service.Get<IProductCatalog>();
        var now = service.Time.GetUtcNow();
        await catalog.LinkAsync(5550, "NO-READING", FirstItem + 550, Location, Cancellation);
        await catalog.LinkAsync(5551, "BRIGHTPEARL \"ONLY\" ü", FirstItem + 551, Location, Cancellation);
        await catalog.StoreBrightpearlAsync(5551, new Reading(17, now), Cancellation);
        await catalog.LinkAsync(5552, "SHOPIFY-ONLY", FirstItem + 552, Location, Cancellation);
        await catalog.StoreShopifyAsync(5552, new Reading(-3, now), Cancellation);
        await catalog.LinkAsync(5553, "RELINKED", FirstItem + 553, Location, Cancellation);
        await catalog.StoreBrightpearlAsync(5553, new Reading(8, now), Cancellation);
        await catalog.StoreShopifyAsync(5553, new Reading(9, now), Cancellation);
        await catalog.LinkAsync(5553, "RELINKED-2", FirstItem + 1553, Location, Cancellation);
        await catalog.LinkAsync(5554, "LOST-ITS-ITEM", FirstItem + 554, Location, Cancellation);
        await catalog.LinkAsync(5555, "TOOK-THE-ITEM", FirstItem + 554, Location + 1, Cancellation);
        await catalog.StoreBrightpearlAsync(5555, new Reading(40, now), Cancellation);
        await catalog.StoreShopifyAsync(5555, new Reading(0, now.AddSeconds(1)), Cancellation);
        await catalog.LinkAsync(9007199254740993, "LARGE-ID", FirstItem + 555, Location, Cancellation);
        Advance(service);
    }

    private static async Task TellWaitingAsync(BeforeService service)
    {
        // Their imports fail: one is not sold online, one is not in stock control.
        await BrightpearlAsync(service, "1008", "product.modified.on-hand-modified");
        await ShopifyAsync(service, FirstItem + 7, "11111111-0000-4000-8000-000000000002");
        await RunAsync(service, "stock-sync", 1);
        await RunAsync(service, "inventory-observed", 1);
        await RunAsync(service, "product-import", 2);

        // Their import is on its queue.
        await BrightpearlAsync(service, "4", "product.modified.on-hand-modified");
        await RunAsync(service, "stock-sync", 1);
        await AcceptAsync(service, "waiting", "wait for product:4");
        await RunAsync(service, "probe", 1);

        // What it waits for is there, and nobody looked.
        await AcceptAsync(service, "overlooked", "wait for product:5", "account-b");
        await RunAsync(service, "probe", 1);
        var import = Assert.Single(await service.Get<IWorkQueue>().ReceiveAsync("product-import", 10, TimeSpan.FromSeconds(1), TimeSpan.Zero, Cancellation), item => item.Item.Event.Entity?.Id == "5");
        await service.Get<IWorkQueue>().AcknowledgeAsync([import], Cancellation);
        await service.Get<IEventLedger>().ClaimAsync(new Claim(import.Item.Event, null, service.Time.GetUtcNow(), service.Time.GetUtcNow().AddSeconds(1)), Cancellation);
        await service.Get<IProductCatalog>().LinkAsync(5, "TSHIRT-M", FirstItem + 4, Location, Cancellation);

        await AcceptAsync(service, "waiting-then-dismissed", "wait for product:4");
        await RunAsync(service, "probe", 1);
        await DismissAsync(service, "waiting-then-dismissed");
        Advance(service);
    }

    private static async Task TellFinalAsync(BeforeService service)
    {
        await AcceptAsync(service, "succeeded", "{\"quantity\":6}");
        await AcceptAsync(service, "succeeded-large", Large(100_000));
        await AcceptAsync(service, "superseded", "supersede", "account-b");
        await AcceptAsync(service, "ignored", "ignore");
        await AcceptAsync(service, "failed", "fail");
        await AcceptAsync(service, "failed-alike", "fail too", "account-b");
        await AcceptAsync(service, "failed-otherwise", "lost");
        await AcceptAsync(service, "dismissed", "fail");
        await AcceptAsync(service, "unrouted", "{}", topic: "orders/create");
        await AcceptAsync(service, "used-up", "retry");
        await RunAsync(service, "probe", 9);
        await RunAsync(service, "unrouted", 1);
        await DismissAsync(service, "dismissed");
        for (var attempt = 2; attempt <= 6; attempt++)
        {
            // A delayed item comes back at once: SQS has a clock of its own.
            service.Time.Advance(TimeSpan.FromMinutes(16));
            await RunAgainAsync(service, "used-up");
        }
    }

    private static async Task TellReplaysAsync(BeforeService service)
    {
        foreach (var name in (string[])["replayed", "replayed-in-bulk", "edited", "requeued", "requeued-in-bulk", "stranded"])
        {
            await AcceptAsync(service, name, "fail once");
        }

        await AcceptAsync(service, "forced", "ok", "account-b");
        await RunAsync(service, "probe", 7);
        await ReplayAsync(service, "replayed", new { reason = "the shop raised its limit" });
        await ReplayAsync(service, "forced", new { reason = "to be sure", force = true });
        await BulkAsync(service, "replayed-in-bulk", send: true);
        await RunAsync(service, "probe", 3);
        await ReplayAsync(service, "edited", new { reason = "typo", payload = new { body = "ok, corrected", contentType = "text/plain" } });
        await RunAsync(service, "probe", 1);
    }

    private static async Task TellDeadLettersAsync(BeforeService service)
    {
        // The second is not seen by a sweep, which a queue that fails the event itself does not need.
        await BuryAsync(service, "dead-letter");
        await service.Get<Sweeper>().SweepAsync(Cancellation);
        await BuryAsync(service, "dead-letter-unseen");
    }

    private static async Task TellProcessingAsync(BeforeService service)
    {
        await ClaimAsync(service, "processing", TimeSpan.FromMilliseconds(100));
        await ClaimAsync(service, "processing-live", Lease);
        await AcceptAsync(service, "retrying", "retry", "account-b");
        await RunAsync(service, "probe", 1);
    }

    private static async Task TellQueuedAsync(BeforeService service)
    {
        await ReplayAsync(service, "requeued", new { reason = "the shop raised its limit" });
        await BulkAsync(service, "requeued-in-bulk", send: true);
        await BulkAsync(service, "stranded", send: false);
        await AcceptAsync(service, "received", "{\"quantity\":7}");
        await AcceptAsync(service, "received-too", "{\"note\":\"\\u0000 ü 🫖\"}", "account-b");
        await AcceptAsync(service, "received-packed", Large(20_000));
        await AcceptAsync(service, "received-large", Large(300_000));
        await AcceptAsync(service, "received-binary", [0, 255, 254, 31, 139, 8, 0, 10, 13, 195, 40]);
        await BrightpearlAsync(service, "3", "product.modified.on-hand-modified");
        await BrightpearlAsync(service, "1,2", "product.modified.on-hand-modified");
        await ShopifyAsync(service, FirstItem + 5, "11111111-0000-4000-8000-000000000003");
    }

    private static async Task ClaimAsync(BeforeService service, string name, TimeSpan lease)
    {
        await AcceptAsync(service, name, "ok");
        var item = Assert.Single(await service.Get<IWorkQueue>().ReceiveAsync("probe", 1, TimeSpan.FromMinutes(10), TimeSpan.Zero, Cancellation));
        var now = service.Time.GetUtcNow();
        var pointer = item.Item.Pointer ?? (item.Item.Payload is { } payload ? (await service.Get<EventTracking.Core.Payloads.IPayloadArchive>().AppendAsync([payload], Cancellation))[0] : null);
        Assert.IsType<ClaimResult.Claimed>(await service.Get<IEventLedger>().ClaimAsync(new Claim(item.Item.Event, pointer, now, now + lease), Cancellation));
        Assert.True(await service.Get<IEventLedger>().CheckpointAsync(item.Item.Event.Id, 1, [new Step(10, "message read"), new Step(5000, "shop asked")], Cancellation));
        Advance(service);
    }

    private static async Task BuryAsync(BeforeService service, string name)
    {
        await AcceptAsync(service, name, "ok");
        var queue = service.Get<IWorkQueue>();
        for (var receive = 0; receive < IWorkQueue.ReceivesBeforeDeadLetter; receive++)
        {
            await queue.DeferAsync([new Deferral(Assert.Single(await queue.ReceiveAsync("probe", 1, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation)), TimeSpan.Zero)], Cancellation);
        }

        Assert.Empty(await queue.ReceiveAsync("probe", 1, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
        Advance(service);
    }

    private static async Task RunAgainAsync(BeforeService service, string name)
    {
        var record = (await service.Get<IEventLedger>().FindAsync(await IdAsync(service, name), Cancellation))!;
        var item = new ReceivedItem(new WorkItem(record.Event, null, record.Payload), "none", 2, service.Time.GetUtcNow());
        if (await service.RunAsync("probe") == 0)
        {
            await service.Get<BatchRunner>().RunAsync(service.Get<FunctionRegistry>().Find("probe")!, [item], service.Time.GetUtcNow().AddMinutes(1), Cancellation);
        }
    }

    private static async Task BulkAsync(BeforeService service, string name, bool send)
    {
        var requeue = new Requeue(await IdAsync(service, name), [EventStatus.Failed], null, new Intervention(InterventionKind.Bulk, "otto", service.Time.GetUtcNow(), "all of this fingerprint", 0));
        Assert.IsType<TransitionResult.Done>(send ? await service.Get<Requeuer>().RequeueAsync(requeue, Cancellation) : await service.Get<IEventLedger>().RequeueAsync(requeue, Cancellation));
        Advance(service);
    }

    private static async Task ReplayAsync(BeforeService service, string name, object request)
    {
        using var response = await service.Api.Operator.PostAsJsonAsync($"/events/{await IdAsync(service, name)}/replay", request, Cancellation);
        Assert.Equal(202, (int)response.StatusCode);
        Advance(service);
    }

    private static async Task DismissAsync(BeforeService service, string name)
    {
        using var response = await service.Api.Operator.PostAsJsonAsync($"/events/{await IdAsync(service, name)}/dismiss", new { reason = "not sold any more" }, Cancellation);
        Assert.Equal(200, (int)response.StatusCode);
        Advance(service);
    }

    private static async Task<EventId> IdAsync(BeforeService service, string name) =>
        (await service.Get<IEventLedger>().ListAsync(new EventQuery { Entity = new EntityKey("case", name) }, Cancellation)).Events.Single().Event.Id;

    private static Task AcceptAsync(BeforeService service, string name, string body, string account = "account-a", string topic = "probe") =>
        AcceptAsync(service, name, Encoding.UTF8.GetBytes(body), account, topic);

    private static async Task AcceptAsync(BeforeService service, string name, byte[] body, string account = "account-a", string topic = "probe")
    {
        using var trace = account == "account-b" ? new Activity("webhook").Start() : null;
        await service.Get<EventIntake>().AcceptAsync(
            new Delivery
            {
                Source = "test",
                Account = account,
                Topic = topic,
                DeliveryId = $"delivery of {name}",
                TriggeredAt = service.Time.GetUtcNow().AddMilliseconds(-250),
                Entity = new EntityKey("case", name),
                Headers = new Dictionary<string, string> { ["content-type"] = "application/json", ["x-note"] = "\"quoted\" \\ ü" },
                Body = body,
            },
            Cancellation);
        Advance(service);
    }

    private static async Task BrightpearlAsync(BeforeService service, string ids, string topic)
    {
        var raised = service.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        using var response = await service.Api.Anonymous.PostAsJsonAsync(
            $"/webhooks/brightpearl/{ApiFixture.BrightpearlKey}", new { accountCode = "example", resourceType = "product", id = ids, fullEvent = topic, raisedOn = raised }, Cancellation);
        Assert.Equal(202, (int)response.StatusCode);
        Advance(service);
    }

    private static async Task ShopifyAsync(BeforeService service, long item, string deliveryId)
    {
        using var request = Deliveries.Shopify($$"""{"inventory_item_id":{{item}},"location_id":24826418,"available":7,"updated_at":"2026-11-23T09:00:00Z"}""", deliveryId);
        request.Headers.Remove("X-Shopify-Triggered-At");
        request.Headers.Add("X-Shopify-Triggered-At", service.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        using var response = await service.Api.Anonymous.SendAsync(request, Cancellation);
        Assert.Equal(202, (int)response.StatusCode);
        Advance(service);
    }

    private static async Task RunAsync(BeforeService service, string function, int items)
    {
        for (var run = 0; run < items;)
        {
            var count = await service.RunAsync(function);
            Assert.NotEqual(0, count);
            run += count;
        }

        Advance(service);
    }

    private static void Advance(BeforeService service) => service.Time.Advance(TimeSpan.FromSeconds(2));

    private static string Large(int length)
    {
        var text = new StringBuilder("{\"lines\":[");
        for (var line = 0; text.Length < length; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"sku\":\"SKU-{line}\",\"quantity\":{line % 7}}},");
        }

        return text.Append("{}]}").ToString();
    }

    private static async Task<RecordedAnswers> RecordAsync(BeforeService service)
    {
        var answers = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var all = (await AskAsync("/events?limit=200"))["body"]!["events"]!.AsArray();
        foreach (var summary in all)
        {
            await AskAsync($"/events/{summary!["id"]}");
            await AskAsync($"/events/{summary["id"]}/payload");
            foreach (var filter in (string[])["status", "source", "topic", "function", "entity", "fingerprint"])
            {
                if (summary[filter] is { } value)
                {
                    await AskAsync($"/events?{filter}={Uri.EscapeDataString(value.GetValue<string>()).Replace("%3A", ":", StringComparison.Ordinal)}");
                }
            }
        }

        for (var page = await AskAsync("/events?limit=20"); page["body"]!["next"] is { } next;)
        {
            page = await AskAsync($"/events?limit=20&cursor={next}");
        }

        await AskAsync("/events?from=2026-11-23T09:01:00Z&to=2026-11-23T09:02:00Z");
        foreach (var product in (long[])[1, 2, 3, 4, 5, 99, 1008, 5550, 5551, 5552, 5553, 5554, 5555, 9007199254740993])
        {
            await AskAsync($"/products/{product}");
        }

        await AskAsync("/discrepancies");
        await AskAsync("/discrepancies?limit=1");
        return new RecordedAnswers(service.Time.GetUtcNow(), answers);

        async Task<JsonNode> AskAsync(string path) => answers[path] = await RecordedAnswers.AskAsync(service.Api.Viewer, path);
    }

    private static HttpResponseMessage? Capture(string operation, string body, List<(string Queue, string Body)> sent)
    {
        if (operation is "SendMessage" or "SendMessageBatch")
        {
            var json = JsonNode.Parse(body)!;
            var queue = json["QueueUrl"]!.GetValue<string>().Split('/')[^1];
            lock (sent)
            {
                sent.AddRange((json["Entries"]?.AsArray() ?? [json.DeepClone()]).Select(entry => (queue, entry!["MessageBody"]!.GetValue<string>())));
            }
        }

        return null;
    }

    private static async Task<JsonObject> DumpAsync(BeforeService service, AwsNames names, List<(string Queue, string Body)> sent, RecordedAnswers answers)
    {
        var database = service.Get<IAmazonDynamoDB>();
        var s3 = service.Get<IAmazonS3>();
        var objects = new JsonArray();
        foreach (var found in (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = names.Settings["EventTracking:Aws:PayloadBucket"] }, Cancellation)).S3Objects)
        {
            using var content = await s3.GetObjectAsync(found.BucketName, found.Key, Cancellation);
            using var bytes = new MemoryStream();
            await content.ResponseStream.CopyToAsync(bytes, Cancellation);
            objects.Add(new JsonObject { ["key"] = found.Key, ["base64"] = Convert.ToBase64String(bytes.ToArray()) });
        }

        string[] queued = ["received", "processing", "retrying"];
        var messages = new JsonArray();
        foreach (var (queue, body) in sent.GroupBy(message => JsonNode.Parse(message.Body)!["event"]!["id"]!.GetValue<string>()).Select(group => group.Last()))
        {
            var id = JsonNode.Parse(body)!["event"]!["id"]!.GetValue<string>();
            var isOn = queued.Contains(answers.All[$"/events/{id}"]["body"]!["status"]!.GetValue<string>()) && id != answers.IdOf("stranded");
            var isImportOf5 = answers.All[$"/events/{id}"]["body"]!["entity"]?.GetValue<string>() == "product:5";
            if (isOn && !isImportOf5)
            {
                messages.Add(new JsonObject { ["function"] = queue[names.Prefix.Length..], ["dead"] = id == answers.IdOf("dead-letter-unseen"), ["body"] = body });
            }
        }

        return new JsonObject
        {
            ["events"] = await ScanAsync(names.Settings["EventTracking:Aws:EventsTable"]!),
            ["products"] = await ScanAsync(names.Settings["EventTracking:Aws:ProductsTable"]!),
            ["objects"] = objects,
            ["messages"] = messages,
        };

        async Task<JsonArray> ScanAsync(string table)
        {
            var items = new JsonArray();
            Dictionary<string, AttributeValue>? start = null;
            do
            {
                var page = await database.ScanAsync(new ScanRequest(table) { ConsistentRead = true, ExclusiveStartKey = start }, Cancellation);
                foreach (var item in page.Items)
                {
                    items.Add(StoredItems.Write(item));
                }

                start = page.LastEvaluatedKey is { Count: > 0 } more ? more : null;
            }
            while (start is not null);

            return items;
        }
    }
}
