using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Query;
using EventTracking.Benchmarks.Reports;
using Microsoft.AspNetCore.Http;

namespace EventTracking.Benchmarks.Overload;

/// <summary>
/// Sends many times more webhooks than can be processed for a while, and then few. A slow shop limits processing, so intake,
/// operators and the backlog share the machine as in production.
/// </summary>
internal static class OverloadBenchmark
{
    /// <summary>Webhooks for measuring the rate of processing under a constant backlog; they also warm up the server.</summary>
    private const int WarmUpWebhooks = 3000;

    private const double CalmShare = 0.5;
    private const double WebhooksPerSecondAfter = 10;
    private const double RequestsPerSecondOfRoute = 10;

    /// <summary>A backlog this small counts as drained, because webhooks that have just arrived are always in progress.</summary>
    private const int HardlyAny = 10;

    private static readonly byte[] Ready = Encoding.ASCII.GetBytes("GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Calibration = TimeSpan.FromSeconds(8);

    public static Command Command => OverloadSettings.Command;

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var settings = OverloadSettings.Read(options);
        LoadRound.Prepare();
        var folder = DataFolder.Create(options, "overload");
        try
        {
            var dataPath = Path.Combine(folder.FullName, "overload");
            await ShopStock.LinkAsync(dataPath, settings.Products);
            var report = await MeasureAsync(dataPath, settings);

            // Kill the server before counting: every acknowledged webhook must be in the files of the dead process.
            using var backlog = new Backlog(dataPath);
            return report.Print(settings, backlog.CountEvents(), backlog.Count());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<OverloadReport> MeasureAsync(string dataPath, OverloadSettings settings)
    {
        await using var shop = await SlowShop.StartAsync(settings.Delay);
        await using var server = await ProductServer.StartAsync(dataPath, worker: true, new Uri($"http://{shop.Address}"));
        using var backlog = new Backlog(dataPath);
        using var progress = new ProgressLine();
        var webhooks = ShopStock.Webhooks(settings.Connections, settings.Products);
        var capacity = await CalibrateAsync(server, backlog, webhooks, progress);
        await DrainAsync(backlog, 0, capacity);

        Route[] routes = [.. QuerySample.Read(dataPath, WarmUpWebhooks).Queries().Select(query => new Route(query.Name, query.Next)), new Route("GET /health/ready", () => Ready)];
        var calm = await RunAsync("before", server, backlog, webhooks, capacity * CalmShare, routes, progress, Task.Delay(settings.Calm, TimeProvider.System));
        await DrainAsync(backlog, 0, capacity);
        var memory = server.Memory;
        var overload = await RunAsync("overload", server, backlog, webhooks, capacity * settings.Factor, routes, progress, Task.Delay(settings.Overload, TimeProvider.System));
        var piledUp = backlog.Count();
        var started = Stopwatch.GetTimestamp();
        var after = await RunAsync("after", server, backlog, webhooks[..1], WebhooksPerSecondAfter, routes, progress, DrainAsync(backlog, HardlyAny, capacity));
        var backlogs = Stopwatch.GetElapsedTime(started);
        await DrainAsync(backlog, 0, capacity);
        return new OverloadReport(WarmUpWebhooks, capacity, [calm, overload, after], piledUp, backlogs, memory, server.PeakMemory);
    }

    /// <summary>Measures how many events per second are processed while there is a backlog.</summary>
    private static async Task<double> CalibrateAsync(ChildProcess server, Backlog backlog, NextRequest[] webhooks, ProgressLine progress)
    {
        progress.Say("measuring how many events per second can be processed");
        var connections = await Task.WhenAll(webhooks.Select(_ => HttpConnection.OpenAsync(server.Address)));
        var next = 0;
        await Task.WhenAll(connections.Select(async (connection, index) =>
        {
            using (connection)
            {
                while (Interlocked.Increment(ref next) <= WarmUpWebhooks)
                {
                    await connection.SendAsync(webhooks[index]());
                }
            }
        }));
        await Task.Delay(WarmUp, TimeProvider.System);
        var (before, started) = (backlog.Count(), Stopwatch.GetTimestamp());
        await Task.Delay(Calibration, TimeProvider.System);
        var (after, elapsed) = (backlog.Count(), Stopwatch.GetElapsedTime(started));
        return after > 0 ? (before - after) / elapsed.TotalSeconds : throw new UsageException("The shop is too fast to be overloaded: raise --delay.");
    }

    /// <summary>Sends webhooks and operator requests in parallel until the given task ends.</summary>
    private static async Task<OverloadPhase> RunAsync(
        string name, ChildProcess server, Backlog backlog, NextRequest[] webhooks, double perSecond, Route[] routes, ProgressLine progress, Task until)
    {
        using var ended = new CancellationTokenSource();
        var started = Stopwatch.GetTimestamp();
        var intake = PacedLoad.RunAsync(server.Address, perSecond, StatusCodes.Status202Accepted, webhooks, ended.Token);
        var operators = Task.WhenAll(routes.Select(route => PacedLoad.RunAsync(server.Address, RequestsPerSecondOfRoute, StatusCodes.Status200OK, [route.Next], ended.Token)));
        var load = Task.WhenAll(intake, operators);
        while (!until.IsCompleted && !load.IsCompleted)
        {
            progress.Say(Text($"{name}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {backlog.Count()} events wait, {server.Memory:0} MB"));
            await Task.WhenAny(until, load, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
        }

        await ended.CancelAsync();
        await load;
        await until;
        return new OverloadPhase(name, perSecond, await intake, [.. routes.Zip(await operators, (route, load) => (route.Name, load))]);
    }

    /// <summary>Waits until at most the given number of events wait, for up to three times as long as that should take.</summary>
    private static async Task DrainAsync(Backlog backlog, int left, double capacity)
    {
        var most = TimeSpan.FromSeconds(60 + (3 * backlog.Count() / capacity));
        var started = Stopwatch.GetTimestamp();
        while (backlog.Count() > left && Stopwatch.GetElapsedTime(started) < most)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Route(string Name, NextRequest Next);
}
