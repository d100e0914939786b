using System.CommandLine;
using System.Globalization;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace EventTracking.Benchmarks.Intake;

/// <summary>
/// Webhooks per second that are durable before the response, as a share of what an endpoint that stores nothing achieves.
/// </summary>
internal static class IntakeBenchmark
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private static readonly Option<NumberList?> Connections = BenchmarkOption.Numbers("--connections", new(1, 8, 64), "Numbers of connections to measure at.");
    private static readonly Option<double> Seconds = BenchmarkOption.Decimal("--seconds", 3, "Length of a round.");
    private static readonly Option<int> Rounds = BenchmarkOption.Number("--rounds", 5, "Rounds per server, interleaved; the median counts.");
    private static readonly Option<int> Body = BenchmarkOption.Number("--body", 6800, "Bytes per webhook body.");
    private static readonly Option<double> Bound = BenchmarkOption.Decimal("--bound", 0.3, "Minimum ratio at the highest number of connections.");
    private static readonly Option<bool> Worker = BenchmarkOption.Switch("--worker", "Measures a third server, which also runs the functions.");

    public static Command Command { get; } = new("intake", "Webhooks per second, durable before the response, against an endpoint that only checks the signature.")
    {
        Connections, Seconds, Rounds, Body, Bound, Worker,
    };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var connections = options.GetRequiredValue(Connections)!.Numbers;
        var duration = TimeSpan.FromSeconds(options.GetValue(Seconds));
        var rounds = options.GetValue(Rounds);
        var bodyBytes = options.GetValue(Body);
        var bound = options.GetValue(Bound);
        var withWorker = options.GetValue(Worker);
        LoadRound.Prepare();

        var figures = new Figures();
        var folder = DataFolder.Create(options, "intake");
        try
        {
            // Kill the server before counting: every acknowledged webhook must be in the files of the dead process.
            var (accepted, ratio) = await MeasureAsync(folder, connections, duration, rounds, bodyBytes, withWorker, figures);
            figures.Write(options);
            var stored = CountEvents(folder);
            Console.WriteLine($"{accepted} webhooks acknowledged by the first server, {stored} events found after killing it.");
            Console.WriteLine(FormattableString.Invariant($"Ratio at {connections.Max()} connections: {ratio:0.000}, bound {bound:0.00}: {(ratio >= bound ? "held" : "MISSED")}"));
            return ratio >= bound && stored >= accepted;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(long Accepted, double Ratio)> MeasureAsync(DirectoryInfo folder, int[] connections, TimeSpan duration, int rounds, int bodyBytes, bool withWorker, Figures figures)
    {
        await using var bare = await BareServer.StartAsync();
        await using var product = await ProductServer.StartAsync(Path.Combine(folder.FullName, "intake"), worker: false);
        await using var working = withWorker ? await ProductServer.StartAsync(Path.Combine(folder.FullName, "worker"), worker: true) : null;
        Candidate[] candidates = [new("bare", bare), new("product", product), .. working is null ? Array.Empty<Candidate>() : [new Candidate("product, worker on", working)]];
        var table = new Table("connections", "server", "requests/s", "p50 ms", "p99 ms", "CPU µs/request", "ratio", "lowest", "highest");
        var ratio = double.NaN;
        using var progress = new ProgressLine();
        var requests = Enumerable.Range(0, connections.Max()).Select(connection => (NextRequest)WebhookRequests.OfProducts(connection, bodyBytes).Next).ToArray();
        foreach (var candidate in candidates)
        {
            progress.Say($"warming up: {candidate.Name}");
            await candidate.RunAsync(WarmUp, requests);
        }

        foreach (var count in connections)
        {
            foreach (var candidate in candidates)
            {
                candidate.Rounds.Clear();
            }

            for (var round = 1; round <= rounds; round++)
            {
                foreach (var candidate in candidates)
                {
                    progress.Say($"{count} connections, round {round} of {rounds}: {candidate.Name}");
                    candidate.Rounds.Add(await candidate.RunAsync(duration, requests[..count]));
                }
            }

            foreach (var candidate in candidates)
            {
                var ratios = candidate.Rounds.Zip(candidates[0].Rounds, (own, other) => own.Load.PerSecond / other.Load.PerSecond).ToArray();
                table.Add(
                    $"{count}",
                    candidate.Name,
                    Text("0", candidate.Rounds.Select(round => round.Load.PerSecond)),
                    Text("0.00", candidate.Rounds.Select(round => round.Load.Milliseconds(0.5))),
                    Text("0.00", candidate.Rounds.Select(round => round.Load.Milliseconds(0.99))),
                    Text("0", candidate.Rounds.Select(round => round.ProcessorTime.TotalMicroseconds / round.Load.Requests)),
                    Text("0.000", ratios),
                    ratios.Min().ToString("0.000", CultureInfo.InvariantCulture),
                    ratios.Max().ToString("0.000", CultureInfo.InvariantCulture));
                var name = $"{candidate.Name}, {count} connections";
                figures.Add($"{name}: requests/s", candidate.Rounds.Select(round => round.Load.PerSecond));
                figures.Add($"{name}: p50 ms", candidate.Rounds.Select(round => round.Load.Milliseconds(0.5)));
                figures.Add($"{name}: p99 ms", candidate.Rounds.Select(round => round.Load.Milliseconds(0.99)));
                figures.Add($"{name}: CPU µs/request", candidate.Rounds.Select(round => round.ProcessorTime.TotalMicroseconds / round.Load.Requests));
                figures.Add($"{name}: ratio", ratios);
                if (candidate.Server == product && count == connections.Max())
                {
                    ratio = Median.Of(ratios);
                }
            }
        }

        progress.Dispose();
        Console.WriteLine($"Webhooks of {bodyBytes} bytes, medians of {rounds} interleaved rounds of {duration.TotalSeconds} s; lowest and highest ratio of a round.");
        table.Print(Console.Out);
        return (candidates[1].Accepted, ratio);
    }

    private static string Text(string format, IEnumerable<double> values) => Median.Of(values).ToString(format, CultureInfo.InvariantCulture);

    private static long CountEvents(DirectoryInfo folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "intake", "events.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM events";
        return (long)command.ExecuteScalar()!;
    }

    private sealed record Round(LoadResult Load, TimeSpan ProcessorTime);

    private sealed record Candidate(string Name, ChildProcess Server)
    {
        public List<Round> Rounds { get; } = [];

        public long Accepted { get; private set; }

        public async Task<Round> RunAsync(TimeSpan duration, NextRequest[] requests)
        {
            var before = Server.ProcessorTime;
            var load = await LoadRound.RunAsync(Server.Address, duration, StatusCodes.Status202Accepted, requests);
            Accepted += load.Requests;
            return new Round(load, Server.ProcessorTime - before);
        }
    }
}
