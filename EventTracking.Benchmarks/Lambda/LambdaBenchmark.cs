using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using EventTracking.Benchmarks.Reports;
using EventTracking.Testing.Deployment;
using EventTracking.Testing.Files;

namespace EventTracking.Benchmarks.Lambda;

/// <summary>
/// Runs the package in a simulated Lambda next to an empty minimal API on Kestrel, native and managed, and measures memory
/// and the time and processor time to the first response and per invocation.
/// </summary>
internal static class LambdaBenchmark
{
    private const int EventsOfABatch = 10;

    /// <summary>A property that only log lines about a batch have.</summary>
    private const string OfBatches = "HandlerTime";

    /// <summary>A property that every line of metrics has.</summary>
    private const string OfMetrics = "_aws";

    private static readonly Option<int> Rounds = BenchmarkOption.Number("--rounds", 11, "Starts per process, interleaved; the median counts.");
    private static readonly Option<int> Invocations = BenchmarkOption.Number("--invocations", 200, "Invocations after a start, and a tenth as many batches.");
    private static readonly Option<int> Body = BenchmarkOption.Number("--body", 6800, "Bytes per webhook body.");
    private static readonly Option<double> Bound = BenchmarkOption.Decimal("--bound", 1.5, "Maximum ratio of the start times, both native.");

    public static Command Command { get; } = new("lambda", "Start, invocations and memory of the package in a simulated Lambda, compared with an empty minimal API on Kestrel, native and managed. Needs artifacts/lambda.zip (./package) and, like 'cost', emulators.")
    {
        Rounds, Invocations, Body, Bound,
    };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var rounds = options.GetValue(Rounds);
        var invocations = options.GetValue(Invocations);
        var bodyBytes = options.GetValue(Body);
        var bound = options.GetValue(Bound);
        var zip = Repository.PathOf("artifacts", "lambda.zip");
        if (!File.Exists(zip))
        {
            throw new UsageException("artifacts/lambda.zip does not exist. Run ./package to create it.");
        }

        var emptyNative = await PublishAsync("empty-native", native: true);
        var emptyManaged = await PublishAsync("empty-managed", native: false);
        await using var stack = await LambdaStack.StartAsync();
        using var native = new Package(zip);
        using var managed = new Package(null);
        var empty = new Candidate("empty API, native", async () => await RunEmptyAsync(emptyNative, invocations));
        Candidate[] candidates =
        [
            empty,
            new("product, native", async () => await RunProductAsync(native, stack, invocations, bodyBytes)),
            new("empty API, managed", async () => await RunEmptyAsync(emptyManaged, invocations)),
            new("product, managed", async () => await RunProductAsync(managed, stack, invocations, bodyBytes)),
        ];
        using (var progress = new ProgressLine())
        {
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var candidate in candidates)
                {
                    progress.Say($"round {round} of {rounds}: {candidate.Name}");
                    candidate.Rounds.Add(await candidate.RunAsync());
                }
            }
        }

        Print(candidates, empty, rounds, invocations, bodyBytes);
        FiguresOf(candidates).Write(options);
        PrintSizes(zip, candidates[1].Rounds[^1]);
        var ratio = Median.Of(Ratios(candidates[1], empty, Round.FirstResponse, sample => sample.Time.TotalMilliseconds));
        Console.WriteLine(FormattableString.Invariant($"Start to the first response, native: {ratio:0.00} times the empty API's, bound {bound:0.00}: {(ratio <= bound ? "held" : "MISSED")}"));
        return ratio <= bound;
    }

    private static Task<string> PublishAsync(string folder, bool native) => EmptyProcess.PublishAsync(
        Repository.PathOf("EventTracking.Benchmarks", "Lambda", "EmptyApi"), Repository.PathOf("artifacts", folder), native);

    private static async Task<Round> RunEmptyAsync(string program, int count)
    {
        await using var process = await EmptyProcess.StartAsync(program);
        return new Round(new() { [Round.FirstResponse] = process.Start, [Round.Invocation] = await process.RequestAsync(count) }, 0, 0);
    }

    private static async Task<Round> RunProductAsync(Package package, LambdaStack stack, int count, int bodyBytes)
    {
        Dictionary<string, Sample> samples = [];
        await using (var api = await LambdaProcess.StartAsync(package, stack, "api", LambdaRequests.Health()))
        {
            samples[Round.FirstResponse] = api.Start;
            samples[Round.Invocation] = await api.InvokeAsync([.. Enumerable.Range(0, count).Select(_ => LambdaRequests.Health())]);
        }

        int ofWebhooks;
        await using (var api = await LambdaProcess.StartAsync(package, stack, "api", LambdaRequests.Webhook(bodyBytes)))
        {
            samples[Round.FirstWebhook] = api.Start;
            samples[Round.Webhook] = await api.InvokeAsync([.. Enumerable.Range(0, count - 1).Select(_ => LambdaRequests.Webhook(bodyBytes))]);
            ofWebhooks = await api.EndAsync(OfMetrics);
        }

        var batches = await LambdaRequests.TakeBatchesAsync(stack);
        await using var function = await LambdaProcess.StartAsync(package, stack, LambdaRequests.Function, batches[0]);
        samples[Round.FirstBatch] = function.Start;
        samples[Round.Batch] = await function.InvokeAsync(batches[1..]);
        return new Round(samples, (double)ofWebhooks / count, (double)await function.EndAsync(OfBatches) / count);
    }

    private static void Print(Candidate[] candidates, Candidate empty, int rounds, int invocations, int bodyBytes)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"Medians of {rounds} interleaved rounds, {invocations} invocations each, webhooks of {bodyBytes} bytes, batches of {EventsOfABatch}; ratios compare the figures of a round with those of the native empty API."));
        var table = new Table("process", "what", "ms", "ratio", "lowest", "highest", "CPU ms", "ratio", "MB", "ratio");
        foreach (var candidate in candidates)
        {
            foreach (var what in candidate.Rounds[0].Samples.Keys)
            {
                // Compare what the empty API cannot do with what it can.
                var time = Ratios(candidate, empty, what, sample => sample.Time.TotalMilliseconds);
                table.Add(
                    candidate.Name,
                    what,
                    Text("0.00", candidate, what, sample => sample.Time.TotalMilliseconds),
                    Text("0.00", Median.Of(time)),
                    Text("0.00", time.Min()),
                    Text("0.00", time.Max()),
                    Text("0.00", candidate, what, sample => sample.ProcessorTime.TotalMilliseconds),
                    Text("0.00", Median.Of(Ratios(candidate, empty, what, sample => sample.ProcessorTime.TotalMilliseconds))),
                    Text("0", candidate, what, sample => sample.Memory),
                    Text("0.00", Median.Of(Ratios(candidate, empty, what, sample => sample.Memory))));
            }
        }

        table.Print(Console.Out);
    }

    private static Figures FiguresOf(Candidate[] candidates)
    {
        var figures = new Figures();
        foreach (var candidate in candidates)
        {
            foreach (var what in candidate.Rounds[0].Samples.Keys)
            {
                figures.Add($"{candidate.Name}, {what}: ms", candidate.Rounds.Select(round => round.Samples[what].Time.TotalMilliseconds));
                figures.Add($"{candidate.Name}, {what}: CPU ms", candidate.Rounds.Select(round => round.Samples[what].ProcessorTime.TotalMilliseconds));
                figures.Add($"{candidate.Name}, {what}: MB", candidate.Rounds.Select(round => round.Samples[what].Memory));
            }
        }

        return figures;
    }

    private static void PrintSizes(string zip, Round round)
    {
        using var archive = ZipFile.OpenRead(zip);
        Console.WriteLine(FormattableString.Invariant(
            $"Package: {new FileInfo(zip).Length / 1024d / 1024d:0.0} MB, unpacked {archive.Entries.Sum(entry => entry.Length) / 1024d / 1024d:0.0} MB. Log per event: {round.WebhookBytes:0} bytes at its webhook, {round.BatchBytes:0} bytes in a full batch."));
    }

    private static double[] Ratios(Candidate candidate, Candidate empty, string what, Func<Sample, double> figure) =>
        [.. candidate.Rounds.Zip(empty.Rounds, (own, other) => figure(own.Samples[what]) / figure(other.Samples[Round.IsStart(what) ? Round.FirstResponse : Round.Invocation]))];

    private static string Text(string format, Candidate candidate, string what, Func<Sample, double> figure) =>
        Text(format, Median.Of(candidate.Rounds.Select(round => figure(round.Samples[what]))));

    private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>The samples of one round of a process, and the bytes that it logged per event.</summary>
    private sealed record Round(Dictionary<string, Sample> Samples, double WebhookBytes, double BatchBytes)
    {
        public const string FirstResponse = "start to first answer";
        public const string FirstWebhook = "start to first webhook";
        public const string FirstBatch = "start to first batch";
        public const string Invocation = "request";
        public const string Webhook = "webhook";
        public const string Batch = "batch";

        public static bool IsStart(string what) => what.StartsWith("start", StringComparison.Ordinal);
    }

    private sealed record Candidate(string Name, Func<Task<Round>> RunAsync)
    {
        public List<Round> Rounds { get; } = [];
    }
}
