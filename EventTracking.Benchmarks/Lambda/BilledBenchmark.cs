using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using EventTracking.Api.Sandbox;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.NewCatalog;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Records;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using EventTracking.Testing.Deployment;
using Microsoft.Extensions.Options;

namespace EventTracking.Benchmarks.Lambda;

/// <summary>
/// What Lambda bills for keeping stock equal: the length of the invocations of <c>stock-sync</c>, for products whose quantities all
/// differ, while the other systems take their time. It runs this build and, to compare, another one.
/// </summary>
internal static class BilledBenchmark
{
    private const long FirstProduct = 100_000;
    private const long FirstItem = 281_000_000_000_000_000;

    /// <summary>More than the benchmark makes: how long events wait for the limit is another question.</summary>
    private const int CallsPerMinute = 10_000;

    /// <summary>How often an event may be delivered.</summary>
    private const int MaxRounds = 20;

    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(2);

    private static readonly Option<int> Events = BenchmarkOption.Number("--events", 1_000, "Events, each about a product of its own whose quantity is to be set.");
    private static readonly Option<int> Batch = BenchmarkOption.Number("--batch", 100, "Events per batch, as the template has it.");
    private static readonly Option<int> Delay = BenchmarkOption.Number("--delay", 250, "Milliseconds that each call to Shopify and Brightpearl takes at least.");
    private static readonly Option<string?> Other = new("--other") { Description = "The EventTracking.Api.dll of another build to run as well." };
    private static readonly Option<int> OtherBatch = BenchmarkOption.Number("--other-batch", 20, "Events per batch for the other build.");

    public static Command Command { get; } = new("billed", "Billed seconds of Lambda per thousand stock changes, in full batches. Needs, like 'cost', emulators.")
    {
        Events, Batch, Delay, Other, OtherBatch,
    };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var count = options.GetValue(Events);
        var delay = TimeSpan.FromMilliseconds(options.GetValue(Delay));
        List<(string Name, string? Program, int Batch)> builds = [("this build", null, options.GetValue(Batch))];
        if (options.GetValue(Other) is { } other)
        {
            builds.Add(("the other build", Path.GetFullPath(other), options.GetValue(OtherBatch)));
        }

        // Those of the first stack would be gone when the second begins.
        await using var emulators = await Emulators.StartAsync();
        var table = new Table("build", "batch", "billed s per 1,000 events", "CPU s", "calls to Brightpearl", "to Shopify", "wrong");
        var wrong = 0;
        foreach (var (name, program, batch) in builds)
        {
            using var package = new Package(null, program);
            await using var shops = await Shops.StartAsync(CallsPerMinute, delay);
            shops.State.Add(Enumerable.Range(0, count).Select(Product));
            await using var stack = await LambdaStack.StartAsync(new Dictionary<string, string>(ProductServer.Shops.Concat(shops.Settings).GroupBy(setting => setting.Key).Select(group => group.Last()))
            {
                ["Brightpearl__RequestsPerMinute"] = CallsPerMinute.ToString(CultureInfo.InvariantCulture),
                ["EventTracking__FirstBackoff"] = "00:00:00.200",
                ["EventTracking__MaxBackoff"] = $"{Backoff / 2}",
            });
            await LinkAsync(stack, count);
            var sample = await RunAsync(package, stack, count, batch);
            var left = shops.State.Products.Count(product => product.ProductId >= FirstProduct && product.Available != product.OnHand);
            table.Add(name, $"{batch}", Text(sample.Time), Text(sample.ProcessorTime), $"{shops.BrightpearlCalls}", $"{shops.ShopifyCalls}", $"{left}");
            wrong += left;
        }

        Console.WriteLine(FormattableString.Invariant($"{count} events, {delay.TotalMilliseconds} ms per call to Shopify and Brightpearl. The first event starts the function and is not counted."));
        table.Print(Console.Out);
        return wrong == 0;
    }

    private static SandboxProduct Product(int number) => new(SkuOf(number), "Product") { ProductId = FirstProduct + number, InventoryItemId = FirstItem + number, OnHand = 1 + (number % 100) };

    private static string SkuOf(int number) => string.Create(CultureInfo.InvariantCulture, $"SKU-{FirstProduct + number}");

    private static async Task LinkAsync(LambdaStack stack, int count)
    {
        using var database = new AmazonDynamoDBClient();
        var table = stack.Template.Settings["EventTracking:Aws:RecordsTable"] ?? throw new InvalidOperationException("The template does not name the table of records.");
        var catalog = Catalogs.Over(new AwsRecordStore(database, Options.Create(new AwsOptions { RecordsTable = table })), new StockLocations([new StockLocation(ProductServer.Location, [])]));
        await Parallel.ForAsync(0, count, async (number, cancellationToken) =>
            await catalog.LinkAsync(FirstProduct + number, SkuOf(number), FirstItem + number, cancellationToken));
    }

    /// <summary>
    /// Returns the time and processor time of all invocations but the first, per thousand events. What the function returns is delivered
    /// again, as SQS does, until nothing comes back.
    /// </summary>
    private static async Task<Sample> RunAsync(Package package, LambdaStack stack, int count, int batch)
    {
        await using (var api = await LambdaProcess.StartAsync(package, stack, "api", LambdaRequests.OnHandModified(FirstProduct)))
        {
            await api.InvokeAsync([.. Enumerable.Range(1, count - 1).Select(number => LambdaRequests.OnHandModified(FirstProduct + number))]);
        }

        var messages = await LambdaRequests.TakeBatchesAsync(stack, FunctionNames.StockSync, 1);
        await using var function = await LambdaProcess.StartAsync(package, stack, FunctionNames.StockSync, messages[0]);
        List<JsonNode> left = messages[1..];
        var (time, processorTime, invocations) = (TimeSpan.Zero, TimeSpan.Zero, 0);
        for (var round = 0; left.Count > 0; round++)
        {
            if (round == MaxRounds)
            {
                throw new InvalidOperationException($"{left.Count} of {count} events are still not done after {MaxRounds} deliveries.");
            }

            List<JsonNode> returned = [];
            foreach (var delivery in left.Chunk(batch))
            {
                var (sample, ids) = await function.DeliverAsync(LambdaRequests.Join(delivery));
                (time, processorTime, invocations) = (time + sample.Time, processorTime + sample.ProcessorTime, invocations + 1);
                returned.AddRange(delivery.Where(message => ids.Contains(LambdaRequests.IdOf(message))));
            }

            left = returned;
            if (left.Count > 0)
            {
                await Task.Delay(Backoff, TimeProvider.System);
            }
        }

        var perThousand = 1000d / (messages.Count - 1);
        Console.WriteLine($"{messages.Count - 1} events in {invocations} invocations.");
        return function.Start with { Time = time * perThousand, ProcessorTime = processorTime * perThousand };
    }

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
