using System.CommandLine;
using System.Globalization;
using EventTracking.Benchmarks.Intake;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Overload;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;
using Microsoft.AspNetCore.Http;

namespace EventTracking.Benchmarks.Flood;

/// <summary>Large bodies that nobody signed and wrong API keys, beside real webhooks.</summary>
internal static class FloodBenchmark
{
    private const int Connections = 8;
    private const int BodyBytes = 6800;
    private const int LargeBodyBytes = 200_000;
    private const double LargePerSecond = 2;
    private const double Median = 0.5;
    private const double Tail = 0.99;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(100);

    public static Command Command => FloodSettings.Command;

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var settings = FloodSettings.Read(options);
        var folder = DataFolder.Create(options, "flood");
        try
        {
            var dataPath = Path.Combine(folder.FullName, "flood");
            var run = await MeasureAsync(dataPath, settings);

            // The server has been killed: every webhook that got its response must be in the files of the dead process.
            using var backlog = new Backlog(dataPath);
            return Print(settings, run, backlog.CountEvents().Values.Sum());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Run> MeasureAsync(string dataPath, FloodSettings settings)
    {
        await using var server = await ProductServer.StartAsync(dataPath, worker: true);
        var warmUp = await WebhooksAsync(server, settings, WarmUp);
        var before = await WebhooksAsync(server, settings, settings.Phase);
        var (memory, log) = (server.Memory, server.OutputBytes);

        var strangers = new Strangers(server.Address);
        using var ended = new CancellationTokenSource();
        var flood = Task.WhenAll([strangers.SendKeysAsync(settings.Keys, ended.Token), .. Enumerable.Range(0, settings.Strangers).Select(number => strangers.SendBodiesAsync(number, ended.Token))]);
        var during = await WebhooksAsync(server, settings, settings.Phase);
        await ended.CancelAsync();
        await flood;
        foreach (var (end, count) in strangers.Responses)
        {
            Say($"strangers: {end}: {count}");
        }

        return new Run(warmUp, before, during, memory, server.OutputBytes - log);
    }

    /// <summary>Sends real webhooks, of which one in fifty is large. Each must be accepted.</summary>
    private static async Task<Phase> WebhooksAsync(ChildProcess server, FloodSettings settings, TimeSpan length)
    {
        using var ended = new CancellationTokenSource(length, TimeProvider.System);
        NextRequest[] small = [.. Enumerable.Range(0, Connections).Select(connection => (NextRequest)WebhookRequests.OfProducts(connection, BodyBytes).Next)];
        NextRequest[] large = [WebhookRequests.OfProducts(Connections, LargeBodyBytes).Next];
        var loads = Task.WhenAll(
            PacedLoad.RunAsync(server.Address, settings.Webhooks, StatusCodes.Status202Accepted, small, ended.Token),
            PacedLoad.RunAsync(server.Address, LargePerSecond, StatusCodes.Status202Accepted, large, ended.Token));
        var peak = 0.0;
        while (!loads.IsCompleted)
        {
            peak = Math.Max(peak, server.Memory);
            await Task.WhenAny(loads, Task.Delay(Sample, TimeProvider.System));
        }

        var measured = await loads;
        return new Phase(measured[0], measured[1], peak);
    }

    private static bool Print(FloodSettings settings, Run run, long events)
    {
        var (warmUp, before, during, memory, log) = run;
        var accepted = warmUp.Requests + before.Requests + during.Requests;
        var table = new Table("real webhooks", "number", "p50 ms before", "during", "ratio", "p99 ms before", "during", "ratio");
        Add(table, "6.8 KB", before.Small, during.Small);
        Add(table, "200 KB", before.Large, during.Large);
        table.Print(Console.Out);
        Say($"Memory {memory:0} MB before, {during.Peak:0} MB at the peak during the flood. The log grew by {log} bytes.");
        bool[] held =
        [
            Judge($"p50 and p99 of real webhooks within {settings.Ratio:0.0} times before", IsWithin(settings.Ratio, during.Small, before.Small) && IsWithin(settings.Ratio, during.Large, before.Large)),
            Judge($"memory rises by no more than {settings.Memory} MB", during.Peak - memory <= settings.Memory),
            Judge($"log grows by no more than {settings.Log} bytes", log <= settings.Log),
            Judge($"each of the {accepted} real webhooks accepted and found after the kill", events == accepted),
        ];
        return Array.TrueForAll(held, each => each);
    }

    private static void Add(Table table, string name, LoadResult before, LoadResult during) => table.Add(
        name,
        Text($"{during.Requests}"),
        Text($"{before.Milliseconds(Median):0.00}"),
        Text($"{during.Milliseconds(Median):0.00}"),
        Text($"{during.Milliseconds(Median) / before.Milliseconds(Median):0.00}"),
        Text($"{before.Milliseconds(Tail):0.00}"),
        Text($"{during.Milliseconds(Tail):0.00}"),
        Text($"{during.Milliseconds(Tail) / before.Milliseconds(Tail):0.00}"));

    private static bool IsWithin(double bound, LoadResult load, LoadResult before) =>
        load.Milliseconds(Median) / before.Milliseconds(Median) <= bound && load.Milliseconds(Tail) / before.Milliseconds(Tail) <= bound;

    private static bool Judge(FormattableString bound, bool held)
    {
        Say($"Bound: {Text(bound)}: {(held ? "held" : "MISSED")}");
        return held;
    }

    private static void Say(FormattableString text) => Console.WriteLine(Text(text));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <param name="Small">Webhooks of an ordinary size.</param>
    /// <param name="Large">Webhooks that are too large for a connection's buffer.</param>
    /// <param name="Peak">The most resident megabytes meanwhile.</param>
    private sealed record Phase(LoadResult Small, LoadResult Large, double Peak)
    {
        public int Requests => Small.Requests + Large.Requests;
    }

    /// <param name="WarmUp">The webhooks until the server was warm.</param>
    /// <param name="Before">The webhooks before the flood.</param>
    /// <param name="During">The webhooks during the flood.</param>
    /// <param name="Memory">Resident megabytes when the flood began.</param>
    /// <param name="Log">Bytes that the log grew by during the flood.</param>
    private sealed record Run(Phase WarmUp, Phase Before, Phase During, double Memory, long Log);
}
