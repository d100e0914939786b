using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Observability;
using EventTracking.Testing.Deployment;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Backends.Aws.Secrets;
using EventTracking.Tests.Hosting.Lambda;
using EventTracking.Tests.Observability;

namespace EventTracking.Tests.Deployment;

/// <summary>The package, deployed by the template, from a webhook to everything that it leaves behind.</summary>
public sealed class PackageTests(DeployedStack stack) : IClassFixture<DeployedStack>
{
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow();

    // Increases by a second each time, because the same change twice would be a repeated delivery.
    private static int raised;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_becomes_a_final_record_with_its_payload_and_trace_and_is_replayed()
    {
        stack.Require();
        await stack.AddProductAsync(7001, onHand: 5, available: 1);
        stack.ReadTraces();
        var trace = DeployedStack.NewTrace();
        var body = Changed("7001");

        var id = await AcceptAsync(Brightpearl(body), trace);
        await stack.DrainAsync();

        var record = await stack.GetAsync($"/events/{id}");
        Assert.Equal("succeeded", Text(record["status"]));
        Assert.Equal(["waiting", "succeeded"], Outcomes(record));
        Assert.Equal(5, await AvailableAsync("ZIP-7001"));
        Assert.Equal(body, (await stack.SendAsync(LambdaEvents.Request("GET", $"/events/{id}/payload"))).Body);
        Assert.Equal(Encoding.UTF8.GetString(body), await ArchivedAsync(record));
        Assert.Contains(id, (await stack.GetAsync("/events", "entity=product%3A7001&status=succeeded")).ToJsonString(), StringComparison.Ordinal);
        CheckTraces(stack.ReadTraces(), trace);
        await CheckMetricsAsync();

        var replay = LambdaEvents.Request("POST", $"/events/{id}/replay").WithText("""{"reason":"once more","force":true}""", "application/json");
        Assert.Equal(202, (await stack.SendAsync(replay)).Status);
        await stack.DrainAsync();

        record = await stack.GetAsync($"/events/{id}");
        Assert.Equal(["waiting", "succeeded", "succeeded"], Outcomes(record));
        var replayed = record["history"]!.AsArray().Last()!;
        Assert.Equal(("otto", "once more"), (Text(replayed["by"]), Text(replayed["reason"])));
        foreach (var function in (string[])["api", "stock-sync", "product-import"])
        {
            var output = (await stack.FunctionAsync(function)).Output;
            Assert.All(stack.Secrets, secret => Assert.DoesNotContain(secret, output.Text, StringComparison.Ordinal));
            Assert.All(output.Lines, line => Assert.NotNull(JsonNode.Parse(line)));
        }
    }

    [Fact]
    public async Task Of_a_batch_of_ten_with_a_poisonous_message_nine_succeed_and_one_returns()
    {
        stack.Require();
        for (var product = 7011; product <= 7019; product++)
        {
            await stack.AddProductAsync(product, onHand: 2, available: 2);
        }

        var parent = await AcceptAsync(Brightpearl(Changed("7011-7019", "product.created")));
        Assert.Empty((await stack.PollAsync("fan-out")).Failures);
        var poison = await stack.PoisonAsync("product-import");

        var batch = await stack.PollAsync("product-import");

        Assert.Equal(10, batch.Messages.Count);
        Assert.Equal([poison], batch.Failures);
        var effects = (await stack.GetAsync($"/events/{parent}"))["effects"]!.AsArray().Select(Text).ToList();
        Assert.Equal(9, effects.Count);
        foreach (var effect in effects)
        {
            Assert.Equal("succeeded", Text((await stack.GetAsync($"/events/{effect}"))["status"]));
        }
    }

    [Fact]
    public async Task A_function_that_runs_past_its_deadline_leaves_a_record_of_its_step()
    {
        stack.Require();
        await stack.AddProductAsync(7021, onHand: 3, available: 3);
        await AcceptAsync(Brightpearl(Changed("7021")));
        await stack.DrainAsync();
        var id = await AcceptAsync(Brightpearl(Changed("7021")));

        stack.Sandbox.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Timeout);
        DeployedStack.Polled batch;
        try
        {
            batch = await stack.PollAsync("stock-sync", left: TimeSpan.FromSeconds(8));
        }
        finally
        {
            stack.Sandbox.ShopifyFaults.Current = SandboxFault.None;
        }

        Assert.Equal([Assert.Single(batch.Messages).MessageId], batch.Failures);
        var record = await stack.GetAsync($"/events/{id}");
        Assert.Equal("retrying", Text(record["status"]));
        Assert.Equal(("deadline", "reading Shopify's level"), (Text(record["error"]!["code"]), Text(record["error"]!["step"])));
    }

    [Fact]
    public async Task Five_megabytes_come_through_byte_for_byte_both_ways()
    {
        stack.Require();
        var text = string.Concat(Enumerable.Range(0, 5 * 1024 * 1024 / 11 + 1).Select(number => $"{number % 99991:d5} ☕é"));
        var body = Encoding.UTF8.GetBytes(text);
        Assert.InRange(body.Length, 5 * 1024 * 1024, 6 * 1024 * 1024);

        var id = await AcceptAsync(Shopify(body).WithText(text, "application/json"));
        await stack.DrainAsync();

        Assert.Equal(body, (await stack.SendAsync(LambdaEvents.Request("GET", $"/events/{id}/payload"))).Body);
    }

    [Fact]
    public async Task What_is_not_text_comes_through_byte_for_byte_as_long_as_Lambda_can_give_it()
    {
        stack.Require();
        foreach (var (length, status) in ((int, int)[])[(3_000_001, 200), (5_000_000, 500), (256, 200)])
        {
            var body = RandomNumberGenerator.GetBytes(length);
            var id = await AcceptAsync(Shopify(body).WithBody(body, "application/octet-stream"));
            await stack.DrainAsync();

            var answer = await stack.SendAsync(LambdaEvents.Request("GET", $"/events/{id}/payload"));

            Assert.Equal(status, answer.Status);
            if (status == 200)
            {
                Assert.Equal(body, answer.Body);
            }
            else
            {
                Assert.Contains("larger than Lambda allows", answer.Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Schedules_run()
    {
        stack.Require();
        await stack.AddProductAsync(7031, onHand: 4, available: 4);
        await AcceptAsync(Brightpearl(Changed("7031")));
        await stack.DrainAsync();

        // Drift that no webhook reported.
        Assert.True((await stack.Sandbox.PutAsync("/sandbox/control/brightpearl/products/7031", JsonSerializer.Serialize(new { onHand = 9, webhook = false }))).IsSuccessStatusCode);
        var schedules = await stack.FunctionAsync("schedules");
        foreach (var schedule in stack.Template.Of("AWS::Scheduler::Schedule"))
        {
            var report = await schedules.InvokeAsync(JsonNode.Parse((string)schedule.Properties["Target"]!["Input"]!)!, DeployedStack.NewTrace());
            Assert.True(report is { Kind: "response", Body: [.. var answer] } && Encoding.UTF8.GetString(answer) == "null", $"{schedule.Id}: {Encoding.UTF8.GetString(report.Body)}");
        }

        await stack.DrainAsync();
        Assert.Equal(9, await AvailableAsync("ZIP-7031"));
    }

    [Fact]
    public async Task Without_a_secret_it_does_not_start_and_tells_Lambda_which()
    {
        stack.Require();
        var name = $"{ParameterStore.Root}/Brightpearl/StaffToken";
        stack.Parameters.Parameters.Remove(name, out var secret);
        try
        {
            await using var function = await stack.StartAnotherAsync("api");
            var report = await function.Runtime.InitError;
            await function.EndAsync();

            Assert.Equal(("Runtime.BackendException", 1), (report.ErrorType, function.ExitCode));
            Assert.Contains($"no {name}", (string?)report.Json["errorMessage"], StringComparison.Ordinal);
        }
        finally
        {
            stack.Parameters.Parameters[name] = secret!;
        }
    }

    private static byte[] Changed(string ids, string fullEvent = "product.modified.on-hand-modified") =>
        JsonSerializer.SerializeToUtf8Bytes(new { resourceType = "product", id = ids, fullEvent, raisedOn = (Start + TimeSpan.FromSeconds(Interlocked.Increment(ref raised) - 60)).ToString("s") + "Z" });

    private static JsonObject Brightpearl(byte[] body) => LambdaEvents.Request("POST", "/webhooks/brightpearl/path-key-of-the-account").WithBody(body, "application/json");

    private static JsonObject Shopify(byte[] body) => LambdaEvents.Request("POST", "/webhooks/shopify")
        .With("x-shopify-hmac-sha256", Deliveries.Sign(body, "secret-of-shopify"))
        .With("x-shopify-topic", "products/update")
        .With("x-shopify-shop-domain", "test-store.myshopify.com")
        .With("x-shopify-triggered-at", Deliveries.Time)
        .With("x-shopify-webhook-id", Guid.NewGuid().ToString());

    private static string Text(JsonNode? node) => (string)node!;

    private static IEnumerable<string> Outcomes(JsonNode record) => record["attempts"]!.AsArray().Select(attempt => Text(attempt!["outcome"]));

    /// <summary>
    /// The spans of the webhook, of the attempts that its messages caused in other functions, and of their calls form one
    /// trace.
    /// </summary>
    private static void CheckTraces(List<JsonNode> documents, string trace)
    {
        var id = TraceHeader.TraceIdOf(TraceHeader.Read(trace).TraceId.ToHexString());
        var own = documents.Where(document => Text(document["trace_id"]) == id).ToList();
        var request = Assert.Single(own, document => Text(document["name"]) == "POST /webhooks/brightpearl/_key_");
        Assert.Equal(202, (int)request["http"]!["response"]!["status"]!);
        var attempts = own.Where(document => Text(document["name"]) == "stock-sync").ToList();
        Assert.Equal(["waiting", "succeeded"], attempts.Select(attempt => Text(attempt["annotations"]!["status"])));
        Assert.All(attempts, attempt => Assert.Single(attempt["links"]!.AsArray()));
        foreach (var side in (string[])["shopify", "brightpearl"])
        {
            Assert.Contains(own, document => Text(document["name"]) == side && Text(document["parent_id"]) == Text(attempts[1]["id"]));
        }

        foreach (var service in (string[])["DynamoDB", "SQS", "S3"])
        {
            Assert.Contains(documents, document => Text(document["name"]) == service && (string?)document["namespace"] == "aws");
        }
    }

    private async Task CheckMetricsAsync()
    {
        var intake = EmfFormat.Check(await (await stack.FunctionAsync("api")).Output.NextAsync("Received"));
        Assert.Equal($"EventTracking/{stack.Name}", Text(intake["_aws"]!["CloudWatchMetrics"]![0]!["Namespace"]));
        var output = (await stack.FunctionAsync("stock-sync")).Output;
        Assert.Equal($"{stack.Name}-stock-sync", Text(EmfFormat.Check(await output.NextAsync("ColdStart"))["service"]));

        // Another test of the same stack may have run before; its syncs come from another source.
        var run = EmfFormat.Check(await output.NextAsync("Succeeded", and: "\"source\":\"brightpearl\""));
        Assert.Equal(("brightpearl", "stock-sync", 1), (Text(run["source"]), Text(run["function"]), (int)run["Succeeded"]!));
    }

    private async Task<string> AcceptAsync(JsonObject webhook, string? trace = null)
    {
        var accepted = await stack.SendAsync(webhook, trace);
        Assert.True(accepted.Status == 202, $"{accepted.Status} {accepted.Text}");
        return Text(JsonNode.Parse(accepted.Text)!["id"]);
    }

    private async Task<int> AvailableAsync(string sku) =>
        (await stack.Sandbox.GetStateAsync()).Products.Single(product => product.Sku == sku).Shopify!.Available;

    /// <summary>The body as stored in the bucket: the record's range of its segment is a complete gzip file.</summary>
    private async Task<string> ArchivedAsync(JsonNode record)
    {
        var payload = record["payload"]!;
        using var segment = await stack.Objects.GetObjectAsync(
            new Amazon.S3.Model.GetObjectRequest
            {
                BucketName = stack.Template.Settings["EventTracking:Aws:PayloadBucket"],
                Key = Text(payload["segment"]),
                ByteRange = new((long)payload["offset"]!, (long)payload["offset"]! + (int)payload["length"]! - 1),
            },
            Cancellation);
        await using var unpacked = new GZipStream(segment.ResponseStream, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        return Text(JsonNode.Parse(await reader.ReadToEndAsync(Cancellation))!["body"]);
    }
}
