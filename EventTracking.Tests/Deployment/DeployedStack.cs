using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Api.Authorization;
using EventTracking.Api.Commands;
using EventTracking.Testing.Aws.Emulators;
using EventTracking.Testing.Deployment;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Api;
using EventTracking.Tests.Backends.Aws;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Backends.Aws.Secrets;
using EventTracking.Tests.Hosting.Lambda;
using EventTracking.Tests.Observability;
using EventTracking.Tests.Sandbox;

namespace EventTracking.Tests.Deployment;

/// <summary>
/// The template, deployed as far as a test can: emulators of the stores, a parameter store, an X-Ray daemon, the sandbox's
/// Shopify and Brightpearl, and a process of the package for every function that is called. The test plays Lambda's part: it
/// delivers requests and schedules, and polls the queues.
/// </summary>
public sealed class DeployedStack(AwsEmulators emulators) : IAsyncLifetime
{
    private const int MaxReceived = 10;
    private const int MaxPasses = 20;

    private readonly ConcurrentDictionary<string, Lazy<Task<DeployedFunction>>> functions = new();
    private readonly Package package = Package.Open();
    private readonly DaemonReceiver daemon = new();
    private readonly string key = ApiKey.Create();
    private SandboxApp? sandbox;
    private ParameterStore? parameters;
    private Template? template;
    private AmazonSQSClient? queues;
    private AmazonS3Client? objects;

    internal string Name { get; } = $"z{Guid.NewGuid():N}"[..12];

    internal SandboxApp Sandbox => Started(sandbox);

    internal Template Template => Started(template);

    internal ParameterStore Parameters => Started(parameters);

    internal IAmazonS3 Objects => Started(objects);

    /// <summary>Texts that must not appear anywhere outside.</summary>
    internal IReadOnlyList<string> Secrets => [key, "hush-", "token-of-shopify", "secret-of-shopify", "token-of-brightpearl", "path-key-of-the-account"];

    public async ValueTask InitializeAsync()
    {
        if (!await emulators.TryStartAsync())
        {
            return;
        }

        sandbox = await SandboxApp.StartAsync();
        parameters = await ParameterStore.StartAsync();
        var settings = SandboxApp.Settings();
        parameters.Parameters[$"{ParameterStore.Root}/Shopify/AccessToken"] = settings["Shopify:AccessToken"]!;
        parameters.Parameters[$"{ParameterStore.Root}/Shopify/WebhookSecrets/first"] = settings["Shopify:WebhookSecrets:0"]!;
        parameters.Parameters[$"{ParameterStore.Root}/Brightpearl/StaffToken"] = settings["Brightpearl:StaffToken"]!;
        parameters.Parameters[$"{ParameterStore.Root}/Brightpearl/WebhookKeys/first"] = settings["Brightpearl:WebhookKeys:0"]!;
        parameters.Parameters[$"{ParameterStore.Root}/EventTracking/ApiKeys/otto"] = $$"""{ "Name": "otto", "Role": "operator", "Hash": "{{ApiKey.HashText(key)}}" }""";
        template = new Template(
            ("AWS::StackName", Name),
            ("SecretsPath", ParameterStore.Root),
            ("ShopifyShopDomain", settings["Shopify:ShopDomain"]!),
            ("ShopifyLocationId", settings["Shopify:LocationId"]!),
            ("BrightpearlAccount", settings["Brightpearl:Account"]!),
            ("BrightpearlBaseAddress", $"{sandbox.Http.BaseAddress}sandbox/brightpearl/"),
            ("BrightpearlAppRef", settings["Brightpearl:AppRef"]!),
            ("BrightpearlRequestsPerMinute", 200),
            ("BrightpearlWarehouseId", settings["Brightpearl:WarehouseId"]!));
        await ProvisionAsync(template);
        queues = new AmazonSQSClient();
        objects = new AmazonS3Client(new AmazonS3Config { ForcePathStyle = true });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var function in functions.Values)
        {
            await (await function.Value).DisposeAsync();
        }

        if (sandbox is not null)
        {
            await sandbox.DisposeAsync();
            await Parameters.DisposeAsync();
            queues!.Dispose();
            objects!.Dispose();
            if (emulators.Remain)
            {
                await AwsNames.DeleteAsync($"{Name}-", Template.Settings["EventTracking:Aws:PayloadBucket"]);
            }
        }

        daemon.Dispose();
        package.Dispose();
    }

    /// <summary>Skips the test if there are no emulators, and reports what it runs on.</summary>
    internal void Require()
    {
        emulators.Require();
        TestContext.Current.TestOutputHelper?.WriteLine(package.Announcement);
    }

    /// <summary>A function by its short name, e.g. <c>api</c>, started on its first use.</summary>
    internal Task<DeployedFunction> FunctionAsync(string name) =>
        functions.GetOrAdd(name, _ => new Lazy<Task<DeployedFunction>>(() => StartAnotherAsync(name))).Value;

    /// <summary>Starts another process of a function, which the caller owns.</summary>
    internal Task<DeployedFunction> StartAnotherAsync(string name) => DeployedFunction.StartAsync(package, Template, $"{Name}-{name}", Network);

    /// <summary>The documents that arrived at the daemon, each checked against the published format.</summary>
    internal List<JsonNode> ReadTraces()
    {
        var documents = daemon.ReadAll();
        documents.ForEach(SegmentFormat.Check);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, string.Concat(documents), StringComparison.Ordinal));
        return documents.ConvertAll(document => JsonNode.Parse(document)!);
    }

    /// <summary>Sends a request with an operator's key, in the gateway's format.</summary>
    internal async Task<GatewayResponse> SendAsync(JsonObject request, string? trace = null) =>
        (await (await FunctionAsync("api")).InvokeAsync(request.With("x-api-key", key), trace)).Response();

    internal async Task<JsonNode> GetAsync(string path, string query = "")
    {
        var response = await SendAsync(LambdaEvents.Request("GET", path, query));
        Assert.True(response.Status == 200, $"GET {path}: {response.Status} {response.Text}");
        return JsonNode.Parse(response.Text)!;
    }

    /// <summary>Creates products from id 7000 on both sides of the sandbox, unknown to the catalog.</summary>
    internal async Task AddProductAsync(int id, int onHand, int available)
    {
        var response = await Sandbox.PostAsync("/sandbox/control/products", JsonSerializer.Serialize(new { sku = $"ZIP-{id}", productId = $"{id}", inventoryItemId = $"{271_878_346_597_000_000 + id}", onHand, available }));
        Assert.True(response.IsSuccessStatusCode, $"{response}");
    }

    /// <summary>Puts a foreign message into a function's queue.</summary>
    internal async Task<string> PoisonAsync(string function) =>
        (await Started(queues).SendMessageAsync(await UrlAsync(function), "{\"event\":17}", TestContext.Current.CancellationToken)).MessageId;

    /// <summary>Polls all queues until none has a visible message.</summary>
    internal async Task DrainAsync()
    {
        var mapped = Template.Of("AWS::Lambda::EventSourceMapping").Select(mapping => ((string)mapping.Properties["FunctionName"]!)[(Name.Length + 1)..]).ToList();
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            var handed = 0;
            foreach (var function in mapped)
            {
                handed += (await PollAsync(function)).Messages.Count;
            }

            if (handed == 0)
            {
                return;
            }
        }

        Assert.Fail($"There still were messages after {MaxPasses} passes.");
    }

    /// <summary>
    /// Plays the event source mapping of Lambda: receives a batch, invokes the function, and deletes the messages that the
    /// function does not report as failed.
    /// </summary>
    internal async Task<Polled> PollAsync(string function, TimeSpan? left = null)
    {
        var url = await UrlAsync(function);
        var mapping = Template.Of("AWS::Lambda::EventSourceMapping").Single(mapping => (string)mapping.Properties["FunctionName"]! == $"{Name}-{function}").Properties;
        var messages = await ReceiveAsync(url, (int)mapping["BatchSize"]!);
        if (messages.Count == 0)
        {
            return new Polled(messages, []);
        }

        var batch = LambdaEvents.Batch($"{Name}-{function}", messages.Select(message => (message.MessageId, message.Body)));
        foreach (var (record, message) in batch["Records"]!.AsArray().Zip(messages))
        {
            record!["receiptHandle"] = message.ReceiptHandle;
            record["attributes"] = new JsonObject(message.Attributes.Select(attribute => KeyValuePair.Create(attribute.Key, (JsonNode?)attribute.Value)));
        }

        var failures = (await (await FunctionAsync(function)).InvokeAsync(batch, NewTrace(), left)).Failures();
        foreach (var done in messages.Where(message => !failures.Contains(message.MessageId)))
        {
            await Started(queues).DeleteMessageAsync(url, done.ReceiptHandle, TestContext.Current.CancellationToken);
        }

        return new Polled(messages, failures);
    }

    /// <summary>A sampled trace in Lambda's format.</summary>
    internal static string NewTrace() => string.Create(
        CultureInfo.InvariantCulture,
        $"Root=1-{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds():x8}-{RandomNumberGenerator.GetHexString(24, lowercase: true)};Parent={RandomNumberGenerator.GetHexString(16, lowercase: true)};Sampled=1;Lineage=1:5a3f:0");

    /// <summary>The addresses of the emulators in place of those in the template.</summary>
    private Dictionary<string, string?> Network => new(EmulatorAddress.OfThisProcess)
    {
        ["AWS_ENDPOINT_URL_SSM"] = Parameters.Address.ToString(),
        ["AWS_XRAY_DAEMON_ADDRESS"] = daemon.Address,
        ["Shopify__BaseAddress"] = $"{Sandbox.Http.BaseAddress}sandbox/shopify/",
    };

    private static async Task ProvisionAsync(Template template)
    {
        using var output = new StringWriter();
        var names = template.Settings.Where(setting => setting.Key.StartsWith("EventTracking:Aws:", StringComparison.Ordinal));
        var exitCode = await CommandLine.RunAsync(["provision", .. names.Select(setting => $"--{setting.Key}={setting.Value}")], output, output);
        Assert.True(exitCode == 0, output.ToString());
    }

    private async Task<string> UrlAsync(string function) =>
        (await Started(queues).GetQueueUrlAsync($"{Name}-{function}", TestContext.Current.CancellationToken)).QueueUrl;

    private async Task<List<Message>> ReceiveAsync(string url, int most)
    {
        List<Message> messages = [];
        while (messages.Count < most)
        {
            var request = new ReceiveMessageRequest { QueueUrl = url, MaxNumberOfMessages = Math.Min(MaxReceived, most - messages.Count), MessageSystemAttributeNames = ["All"] };
            if ((await Started(queues).ReceiveMessageAsync(request, TestContext.Current.CancellationToken)).Messages is not { Count: > 0 } received)
            {
                break;
            }

            messages.AddRange(received);
        }

        return messages;
    }

    private static T Started<T>(T? part)
        where T : class => part ?? throw new InvalidOperationException("The stack is not there.");

    /// <summary>A batch, and the ids of the messages that failed.</summary>
    internal sealed record Polled(IReadOnlyList<Message> Messages, IReadOnlyList<string> Failures);
}
