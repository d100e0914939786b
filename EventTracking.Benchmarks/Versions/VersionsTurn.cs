using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using EventTracking.Api.Authorization;
using EventTracking.Api.Sandbox;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.NewCatalog;
using EventTracking.Benchmarks.Processes;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Records;
using EventTracking.Core.Events;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Benchmarks.Versions;

/// <summary>One turn on tables and queues of its own.</summary>
internal sealed class VersionsTurn : IAsyncDisposable
{
    private const long FirstProduct = 100_000;
    private const long FirstItem = 281_000_000_000_000_000;
    private const int CallsPerMinute = 10_000;
    private const int SendersAtOnce = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WebhookTimeout = TimeSpan.FromSeconds(30);

    private readonly string prefix = $"v{Guid.NewGuid():N}-"[..10];
    private readonly Shops shops;
    private readonly HttpClient http = new() { Timeout = WebhookTimeout };
    private readonly ConcurrentQueue<EventId> acknowledged = [];
    private readonly NewerVersion newer;
    private readonly int products;

    private VersionsTurn(IAmazonDynamoDB database, Shops shops, int products)
    {
        this.shops = shops;
        this.products = products;
        newer = new NewerVersion(database, $"{prefix}events", prefix);
    }

    public static async Task<VersionsTurn> StartAsync(IAmazonDynamoDB database, int products)
    {
        var shops = await Shops.StartAsync(CallsPerMinute);
        shops.State.Add(Enumerable.Range(0, products).Select(Product));
        var turn = new VersionsTurn(database, shops, products);
        await turn.ProvisionAsync();
        var catalog = Catalogs.Over(
            new AwsRecordStore(database, Options.Create(new AwsOptions { RecordsTable = $"{turn.prefix}products" })), new StockLocations([new StockLocation(ProductServer.Location, [])]));
        await Parallel.ForAsync(0, products, async (number, cancellationToken) =>
            await catalog.LinkAsync(FirstProduct + number, SkuOf(number), FirstItem + number, cancellationToken));
        return turn;
    }

    /// <summary>The first build works alone, then beside the second, which then works alone. Each part has its events, and Shopify fails some calls in each.</summary>
    public async Task<VersionsResult> RunAsync(string? first, string? second, int count)
    {
        var isNewer = first == second;
        await using (var leaving = await ServeAsync(first))
        {
            await SendAsync(0, count, leaving);
            await using var joining = await ServeAsync(second);
            if (isNewer)
            {
                await newer.StoreAsync([.. acknowledged]);
            }

            await SendAsync(count, count, leaving, joining);
        }

        // The process that left was killed, so the other has to take over what it held.
        await using var last = await ServeAsync(second);
        await SendAsync(2 * count, count, last);
        var deadline = Deadline.In(Patience, TimeProvider.System);
        var counts = await newer.CountAsync([.. acknowledged]);
        while (counts.NotEnded + Wrong > 0 && !deadline.IsOver)
        {
            await Task.Delay(Poll, TimeProvider.System);
            counts = await newer.CountAsync([.. acknowledged]);
        }

        return new VersionsResult(acknowledged.Count, counts.NotEnded, counts.Failed, Wrong, newer.Stored, await newer.CountChangedAsync());
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        newer.Dispose();
        await shops.DisposeAsync();
    }

    private int Wrong => shops.State.Products.Count(product => product.ProductId >= FirstProduct && product.Available != product.OnHand);

    private static SandboxProduct Product(int number) => new(SkuOf(number), "Product") { ProductId = FirstProduct + number, InventoryItemId = FirstItem + number, OnHand = 1 + (number % 100) };

    private static string SkuOf(int number) => string.Create(CultureInfo.InvariantCulture, $"SKU-{FirstProduct + number}");

    private IEnumerable<KeyValuePair<string, string>> Names =>
    [
        new("EventTracking:Aws:EventsTable", $"{prefix}events"),
        new("EventTracking:Aws:RecordsTable", $"{prefix}products"),
        new("EventTracking:Aws:PayloadBucket", $"{prefix}payloads"),
        new("EventTracking:Aws:QueuePrefix", prefix),
    ];

    private async Task ProvisionAsync()
    {
        await using var output = new StringWriter();
        if (await Api.Commands.CommandLine.RunAsync(["provision", .. Names.Select(name => $"--{name.Key}={name.Value}")], output, output) != 0)
        {
            throw new InvalidOperationException(output.ToString());
        }
    }

    private Task<ChildProcess> ServeAsync(string? program)
    {
        var settings = new Dictionary<string, string>(shops.Settings)
        {
            ["EventTracking__Backend"] = "Aws",
            ["EventTracking__FirstBackoff"] = "00:00:01",
            ["EventTracking__SweepInterval"] = "00:00:05",
            ["Brightpearl__RequestsPerMinute"] = $"{CallsPerMinute}",
        };
        foreach (var (name, value) in Names)
        {
            settings[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return ProductServer.StartAsync(program is null ? null : Path.ChangeExtension(program, null), Roles.Operator, settings);
    }

    /// <summary>Sends a webhook about each of the next products to the servers in turn. A refused one is sent again, as the sources do.</summary>
    private async Task SendAsync(int from, int count, params ChildProcess[] servers)
    {
        shops.Fail(count / 10);
        await Parallel.ForAsync(from, from + count, new ParallelOptions { MaxDegreeOfParallelism = SendersAtOnce }, async (number, cancellationToken) =>
        {
            var body = string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"accountCode":"benchmark","resourceType":"product","id":"{{FirstProduct + number}}","lifecycleEvent":"modified","fullEvent":"{{Topics.OnHandModified}}","raisedOn":"{{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}"}""");
            var server = servers[number % servers.Length];
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(new Uri($"http://{server.Address}/webhooks/brightpearl/{ProductServer.WebhookKey}"), content, cancellationToken);
            response.EnsureSuccessStatusCode();
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            acknowledged.Enqueue(EventId.Parse(answer.RootElement.GetProperty("id").GetString()!));
        });
    }
}
