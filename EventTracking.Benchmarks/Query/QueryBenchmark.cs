using System.CommandLine;
using System.Globalization;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;
using Microsoft.AspNetCore.Http;

namespace EventTracking.Benchmarks.Query;

/// <summary>The duration of a query with many events, as a multiple of its duration with few; over HTTP, with one caller.</summary>
internal static class QueryBenchmark
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private static readonly Option<int> Small = BenchmarkOption.Number("--small", 10_000, "Events in the small database.");
    private static readonly Option<int> Large = BenchmarkOption.Number("--large", 1_000_000, "Events in the large database.");
    private static readonly Option<double> Seconds = BenchmarkOption.Decimal("--seconds", 1, "Length of a round.");
    private static readonly Option<int> Rounds = BenchmarkOption.Number("--rounds", 7, "Rounds per query and server, interleaved; the median counts.");
    private static readonly Option<double> Bound = BenchmarkOption.Decimal("--bound", 1.5, "Maximum ratio.");

    public static Command Command { get; } = new("query", "GET /events/{id} and first pages, with many events compared with few.")
    {
        Small, Large, Seconds, Rounds, Bound,
    };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var small = options.GetValue(Small);
        var large = options.GetValue(Large);
        var duration = TimeSpan.FromSeconds(options.GetValue(Seconds));
        var rounds = options.GetValue(Rounds);
        var bound = options.GetValue(Bound);
        LoadRound.Prepare();

        var figures = new Figures();
        var folder = DataFolder.Create(options, "query");
        try
        {
            await using var few = await Ledger.CreateAsync(Path.Combine(folder.FullName, "small"), small);
            await using var many = await Ledger.CreateAsync(Path.Combine(folder.FullName, "large"), large);
            var worst = await MeasureAsync(few, many, duration, rounds, figures);
            figures.Write(options);
            Console.WriteLine(FormattableString.Invariant($"Highest ratio: {worst:0.00}, bound {bound:0.00}: {(worst <= bound ? "held" : "MISSED")}"));
            return worst <= bound;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(Ledger few, Ledger many, TimeSpan duration, int rounds, Figures figures)
    {
        var table = new Table("query", $"ms with {few.Events}", $"ms with {many.Events}", "ratio", "lowest", "highest");
        var worst = 0.0;
        using var progress = new ProgressLine();
        for (var query = 0; query < few.Queries.Count; query++)
        {
            progress.Say($"warming up: {few.Queries[query].Name}");
            await few.RunAsync(query, WarmUp);
            await many.RunAsync(query, WarmUp);
            List<(double Few, double Many)> means = [];
            for (var round = 1; round <= rounds; round++)
            {
                progress.Say($"{few.Queries[query].Name}, round {round} of {rounds}");
                means.Add((await few.RunAsync(query, duration), await many.RunAsync(query, duration)));
            }

            var ratios = means.Select(mean => mean.Many / mean.Few).ToArray();
            figures.Add($"{few.Queries[query].Name}: ms with {few.Events}", means.Select(mean => mean.Few));
            figures.Add($"{few.Queries[query].Name}: ms with {many.Events}", means.Select(mean => mean.Many));
            worst = Math.Max(worst, Median.Of(ratios));
            table.Add(
                few.Queries[query].Name,
                Text("0.000", Median.Of(means.Select(mean => mean.Few))),
                Text("0.000", Median.Of(means.Select(mean => mean.Many))),
                Text("0.00", Median.Of(ratios)),
                Text("0.00", ratios.Min()),
                Text("0.00", ratios.Max()));
        }

        progress.Dispose();
        Console.WriteLine($"Mean time of a request; medians of {rounds} interleaved rounds of {duration.TotalSeconds} s.");
        table.Print(Console.Out);
        return worst;
    }

    private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A filled database and a product server on it.</summary>
    private sealed class Ledger(int events, ChildProcess server, QuerySample sample) : IAsyncDisposable
    {
        public int Events => events;

        public IReadOnlyList<(string Name, NextRequest Next)> Queries { get; } = sample.Queries();

        public static async Task<Ledger> CreateAsync(string dataPath, int events)
        {
            await LedgerLoader.LoadAsync(dataPath, events);
            return new Ledger(events, await ProductServer.StartAsync(dataPath, worker: false), QuerySample.Read(dataPath, events));
        }

        public async Task<double> RunAsync(int query, TimeSpan duration) =>
            (await LoadRound.RunAsync(server.Address, duration, StatusCodes.Status200OK, [Queries[query].Next])).MeanMilliseconds;

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
