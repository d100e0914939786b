using System.Text;
using System.Text.Json.Nodes;
using EventTracking.Testing.Deployment;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Backends.Aws;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Hosting.Lambda;
using EventTracking.Tests.Sandbox;

namespace EventTracking.Tests.Deployment;

/// <summary>Compares the rights of each function's role with the calls that the function makes.</summary>
[Collection(nameof(LambdaCollection))]
public sealed class TemplateCallsTests(AwsEmulators emulators)
{
    private const long Item = 271_878_346_597_000_001;
    private const int Product = 9001;

    /// <summary>
    /// Rights that the run here does not need: a refused claim reads the record, large payloads and those of replays are read
    /// from the archive, an event that finds its product or the shop releases others that wait for it, and a link that broke, or that
    /// another product takes over, is removed and looked up again; an old import of the catalog is deleted, and a second import of a
    /// product takes the place of one that ran often; a function notes that it began to fail, and an operator releases what waits; an
    /// upload in parts that fails is aborted; a message that has only waited for long is sent anew.
    /// </summary>
    private static readonly string[] Rarer =
    [
        "api dynamodb:DeleteItem products.Arn",
        "api dynamodb:Query events.Arn/index/by-dependency",
        "catalog-import dynamodb:GetItem events.Arn",
        "catalog-import s3:GetObject payloadbucket.Arn/payloads/*",
        "catalog-import sqs:GetQueueUrl inventory-observed.Arn",
        "catalog-import sqs:GetQueueUrl product-import.Arn",
        "catalog-import sqs:SendMessage inventory-observed.Arn",
        "catalog-import sqs:SendMessage product-import.Arn",
        "catalog-refresh dynamodb:DeleteItem products.Arn",
        "catalog-refresh dynamodb:GetItem events.Arn",
        "catalog-refresh s3:GetObject payloadbucket.Arn/payloads/*",
        "catalog-refresh sqs:GetQueueUrl product-import.Arn",
        "catalog-refresh sqs:SendMessage product-import.Arn",
        "compliance dynamodb:GetItem events.Arn",
        "compliance s3:GetObject payloadbucket.Arn/payloads/*",
        "compliance sqs:SendMessage compliance.Arn",
        "fan-out dynamodb:GetItem events.Arn",
        "fan-out dynamodb:GetItem products.Arn",
        "fan-out dynamodb:PutItem products.Arn",
        "fan-out s3:GetObject payloadbucket.Arn/payloads/*",
        "fan-out sqs:SendMessage fan-out.Arn",
        "inventory-observed dynamodb:DeleteItem products.Arn",
        "inventory-observed sqs:SendMessage inventory-observed.Arn",
        "product-import dynamodb:DeleteItem products.Arn",
        "product-import sqs:GetQueueUrl catalog-import.Arn",
        "product-import sqs:GetQueueUrl catalog-refresh.Arn",
        "product-import sqs:SendMessage catalog-import.Arn",
        "product-import sqs:SendMessage catalog-refresh.Arn",
        "product-import sqs:SendMessage product-import.Arn",
        "schedules dynamodb:BatchGetItem events.Arn",
        "schedules dynamodb:Query events.Arn/index/by-dependency",
        "schedules s3:AbortMultipartUpload payloadbucket.Arn/payloads/*",
        "stock-sync dynamodb:DeleteItem products.Arn",
        "stock-sync sqs:SendMessage stock-sync.Arn",
        "unrouted dynamodb:GetItem events.Arn",
        "unrouted s3:GetObject payloadbucket.Arn/payloads/*",
        "unrouted sqs:SendMessage unrouted.Arn",
    ];

    private readonly ShiftedTime time = new();

    [Fact]
    public async Task A_role_allows_every_call_of_its_function()
    {
        await emulators.RequireAsync();
        // The prefix of names in a stack.
        await using var names = new AwsNames(emulators) { Prefix = $"{$"t{Guid.NewGuid():N}"[..11]}-" };
        await names.ProvisionAsync();
        await using var sandbox = await SandboxApp.StartAsync(("Sandbox:Echo", "false"));
        await using var stack = new TemplateStack(names, sandbox, time);

        await RunAsync(stack, sandbox);

        Assert.Empty(stack.Refused);
        Assert.Equal(10, stack.Needed.Count);
        Assert.Equal(string.Join('\n', Rarer), string.Join('\n', stack.Needed.Keys.Order(StringComparer.Ordinal).SelectMany(stack.UnusedBy)));
    }

    /// <summary>Everything that happens to a shop and that its operator does.</summary>
    private async Task RunAsync(TemplateStack stack, SandboxApp sandbox)
    {
        for (var number = 0; number < 2; number++)
        {
            (await sandbox.PostAsync("/sandbox/control/products", $$"""{"sku":"RIGHTS-{{number}}","productId":"{{Product + number}}","inventoryItemId":"{{Item + number}}","onHand":5,"available":1}""")).EnsureSuccessStatusCode();
        }

        // New products, a repeat, a set, a topic that no function handles, and a delivery that is too large for a message.
        var first = await DeliverLevelAsync(stack, "first");
        Assert.Equal(first, await DeliverLevelAsync(stack, "first"));
        await DeliverProductsAsync(stack, $"{Product + 1}");
        await DeliverProductsAsync(stack, $"{Product}-{Product + 1}");
        await DeliverProductsAsync(stack, $"{Product}-{Product + 1}", "product.destroyed");
        await DeliverLevelAsync(stack, "other", "orders/create");
        var large = await DeliverLevelAsync(stack, "large", padding: 300_000);
        var missing = await DeliverProductsAsync(stack, $"{Product + 999}");
        await stack.DrainAsync();
        await AssertDoneAsync(stack, first);
        await AssertDoneAsync(stack, large);
        Assert.Equal("ignored", await StatusAsync(stack, missing));

        // The whole catalog, with products that were not linked yet.
        (await sandbox.PostAsync("/sandbox/control/seed", """{"count":3,"firstProductId":"9100"}""")).EnsureSuccessStatusCode();
        var import = (string)(await stack.RequestAsync("POST", "/catalog/imports"))!["id"]!;
        await stack.DrainAsync();
        Assert.Equal("succeeded", (string)(await stack.RequestAsync("GET", $"/catalog/imports/{import}"))!["state"]!);

        // Products that are imported again, and drift that a webhook and a refresh find.
        await DeliverProductsAsync(stack, $"{Product}", "product.created");
        await DeliverProductsAsync(stack, $"{Product}-{Product + 1}", "product.created");
        await stack.DrainAsync();
        (await sandbox.PutAsync($"/sandbox/control/shopify/items/{Item}", """{"available":2,"webhook":false}""")).EnsureSuccessStatusCode();
        await DeliverLevelAsync(stack, "drift");
        await stack.DrainAsync();
        Assert.Single((await stack.RequestAsync("GET", "/discrepancies"))!["products"]!.AsArray());
        await stack.ScheduleAsync("""{"schedule":"reconciliation","refresh":false}""");
        await stack.ScheduleAsync("""{"schedule":"reconciliation","refresh":true}""");
        await stack.DrainAsync();
        Assert.Empty((await stack.RequestAsync("GET", "/discrepancies"))!["products"]!.AsArray());

        // An operator's requests.
        foreach (var query in (string[])["", "status=failed", "status=succeeded", $"entity=product:{Product}", "source=shopify"])
        {
            await stack.RequestAsync("GET", "/events", query);
        }

        await stack.RequestAsync("GET", $"/events/{large}/payload");
        await stack.RequestAsync("GET", $"/products/{Product}");
        await stack.RequestAsync("GET", "/products", "linked=false");
        await stack.RequestAsync("GET", "/catalog/imports");
        await stack.RequestAsync("GET", "/health/ready");
        await stack.RequestAsync("GET", "/search", $"q={Product}");
        await stack.RequestAsync("GET", "/search", $"q={Guid.NewGuid():N}");
        await stack.RequestAsync("GET", "/activity");
        var today = Deliveries.Time[..10];
        await stack.RequestAsync("POST", "/search/deep", body: new JsonObject { ["text"] = "padding", ["from"] = today, ["to"] = today });
        await DeliverLevelAsync(stack, "compliance", "customers/redact");
        await stack.DrainAsync();
        await stack.RequestAsync("POST", "/reconciliations", body: new JsonObject { ["dryRun"] = true });
        await stack.RequestAsync("POST", "/reconciliations", body: new JsonObject { ["refresh"] = true });
        await stack.RequestAsync("POST", $"/events/{missing}/replay", body: new JsonObject { ["force"] = true });
        await stack.RequestAsync("POST", $"/events/{first}/replay", body: new JsonObject { ["force"] = true });
        await stack.RequestAsync("POST", $"/events/{large}/replay", body: new JsonObject { ["force"] = true, ["payload"] = new JsonObject { ["body"] = "{}" } });
        await stack.DrainAsync();

        // A bulk dismissal, on which the sweep works.
        await DeliverLevelAsync(stack, "unknown", "");
        await stack.DrainAsync();
        var job = (string)(await stack.RequestAsync("POST", "/replays", body: new JsonObject { ["action"] = "dismiss", ["filter"] = new JsonObject { ["status"] = "failed" }, ["reason"] = "a test" }))!["id"]!;
        await stack.RequestAsync("POST", $"/replays/{job}/start", body: new JsonObject());
        await stack.ScheduleAsync("""{"schedule":"sweep"}""");
        Assert.Equal("ended", (string)(await stack.RequestAsync("GET", $"/replays/{job}"))!["state"]!);
        await stack.RequestAsync("GET", $"/replays/{job}/events");

        // Lost messages, a dead letter and an event that waits.
        await DeliverProductsAsync(stack, $"{Product + 998}");
        await stack.DrainAsync();
        await DeliverLevelAsync(stack, "dead");
        await stack.TakeAsync("inventory-observed", deadLetter: true);
        var lost = await DeliverLevelAsync(stack, "lost", padding: 300_000);
        await stack.TakeAsync("inventory-observed", deadLetter: false);
        await stack.RequestAsync("POST", $"/events/{first}/replay", body: new JsonObject { ["force"] = true });
        await stack.TakeAsync("inventory-observed", deadLetter: false);
        time.Advance(TimeSpan.FromHours(1));
        await stack.ScheduleAsync("""{"schedule":"sweep"}""");
        await stack.ScheduleAsync("""{"schedule":"sweep-in-flight"}""");
        await stack.DrainAsync();
        await AssertDoneAsync(stack, lost);
        await AssertDoneAsync(stack, first);

        // The payloads of that day are joined, and can be read as before.
        time.Advance(TimeSpan.FromDays(3));
        await stack.ScheduleAsync("""{"schedule":"compaction"}""");
        await stack.RequestAsync("GET", $"/events/{large}/payload");
    }

    private static async Task<string> DeliverLevelAsync(TemplateStack stack, string delivery, string topic = "inventory_levels/update", int padding = 0)
    {
        var body = new JsonObject { ["inventory_item_id"] = Item, ["location_id"] = 24826418, ["available"] = 1, ["padding"] = new string('x', padding) };
        return await DeliverAsync(
            stack,
            "/webhooks/shopify",
            body,
            ("x-shopify-hmac-sha256", Deliveries.Sign(Encoding.UTF8.GetBytes(body.ToJsonString()), "secret-of-shopify")),
            ("x-shopify-topic", topic),
            ("x-shopify-shop-domain", "test-store.myshopify.com"),
            ("x-shopify-triggered-at", Deliveries.Time),
            ("x-shopify-webhook-id", delivery));
    }

    private static Task<string> DeliverProductsAsync(TemplateStack stack, string ids, string topic = "product.modified.on-hand-modified") => DeliverAsync(
        stack,
        "/webhooks/brightpearl/path-key-of-the-account",
        new JsonObject { ["accountCode"] = "acme", ["resourceType"] = "product", ["id"] = ids, ["fullEvent"] = topic, ["raisedOn"] = Deliveries.Time });

    private static async Task<string> DeliverAsync(TemplateStack stack, string path, JsonObject body, params (string Name, string Value)[] headers) =>
        (string)(await stack.RequestAsync("POST", path, body: body, headers: headers))!["id"]!;

    /// <summary>Whether the event ran or was superseded by a newer one about the same entity.</summary>
    private static async Task AssertDoneAsync(TemplateStack stack, string id) => 
        Assert.True(await StatusAsync(stack, id) is "succeeded" or "superseded", $"{id} is {await StatusAsync(stack, id)}; refused: {string.Join("; ", stack.Refused)}");

    private static async Task<string> StatusAsync(TemplateStack stack, string id) => (string)(await stack.RequestAsync("GET", $"/events/{id}"))!["status"]!;
}
