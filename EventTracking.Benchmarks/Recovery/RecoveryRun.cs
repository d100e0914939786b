using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EventTracking.Api.Authorization;
using EventTracking.Benchmarks.Intake;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;
using Microsoft.AspNetCore.Http;

namespace EventTracking.Benchmarks.Recovery;

/// <summary>One run on the embedded backend.</summary>
internal sealed class RecoveryRun(RecoverySettings settings, string dataPath) : IAsyncDisposable
{
    private const int BodyBytes = 6800;
    private const int Connections = 4;

    /// <summary>How long a process lives on average before it is killed.</summary>
    private const double SecondsOfALife = 1.5;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    private readonly Operator operators = new();
    private readonly Random random = new(settings.Seed);
    private readonly ProgressLine progress = new();
    private ChildProcess? product;
    private double peak;
    private int kills;

    public async Task<bool> RunAsync()
    {
        await StartAsync();
        var before = await LiveAsync(Quiet);
        var quietUntil = TimeProvider.System.GetUtcNow();

        var (broken, brokenSeconds) = await operators.AskAsync(HttpMethod.Get, "failures");
        var (plan, planSeconds) = await operators.AskAsync(HttpMethod.Post, "replays", """{ "filter": { "status": "failed" }, "reason": "the shop is up again" }""");
        var job = Text(plan, "id");
        var planned = plan.GetProperty("progress").GetProperty("planned").GetInt32();
        await operators.AskAsync(HttpMethod.Get, $"replays/{job}/events?verdict=go&limit=100");
        Console.WriteLine(FormattableString.Invariant(
            $"What broke: {broken.GetProperty("count").GetInt32()} failures in {brokenSeconds:0.00} s. Plan: {planSeconds:0.00} s: {Counts(plan, "verdicts")}"));

        var watch = Stopwatch.StartNew();
        await operators.AskAsync(HttpMethod.Post, $"replays/{job}/start", settings.Kills == 0 ? "{}" : $$"""{ "eventsPerSecond": {{RateOf(planned)}} }""");
        using var ended = new CancellationTokenSource();
        var live = settings.Kills == 0 ? PaceAsync(ended.Token) : Task.FromResult<LoadResult?>(null);
        var killing = KillAsync(ended.Token);
        var state = await UntilEndedAsync(job, watch, killing);
        var seconds = watch.Elapsed.TotalSeconds;
        await ended.CancelAsync();
        await killing;
        var during = await live;
        var until = TimeProvider.System.GetUtcNow();
        await operators.AskAsync(HttpMethod.Get, $"replays/{job}/events?outcome=failed");
        peak = Math.Max(peak, product!.PeakMemory);
        await EndAsync();

        var records = await RecoveryRecords.ReadAsync(dataPath, job);
        var isEnded = Text(state, "state") == "ended";
        var sent = state.GetProperty("progress").GetProperty("sent").GetInt32();
        Console.WriteLine(FormattableString.Invariant(
            $"{Text(state, "state")}: {sent} of {planned} events in {seconds:0.0} s, {sent / seconds:0} events/s, {peak:0} MB at the peak, {operators.Requests} requests: {Counts(state, "outcomes")}"));
        Console.WriteLine(FormattableString.Invariant(
            $"Sent: {string.Join(", ", records.Sends.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} events {pair.Key} times"))}; not ended: {records.Unended}; runs repeated because a process died: {records.Repeated}; kills: {kills}"));
        var isOnce = records.Sends.Keys.All(times => times == 1) && records.Sends.GetValueOrDefault(1) == sent && sent == planned && records.Unended == 0;
        if (settings.Live > 0 && before is not null)
        {
            Print(before, during, records.Lags(DateTimeOffset.MinValue, quietUntil), records.Lags(quietUntil, until));
        }

        return settings.Kills == 0
            ? Conclude(isEnded && isOnce && operators.Requests <= settings.Requests && planSeconds <= settings.PlanSeconds && seconds <= settings.ReplaySeconds && sent / seconds >= settings.PerSecond)
            : ConcludeKills(isEnded && isOnce && kills == settings.Kills);
    }

    public async ValueTask DisposeAsync()
    {
        operators.Dispose();
        progress.Dispose();
        await EndAsync();
    }

    /// <summary>Kills the product.</summary>
    private async Task EndAsync()
    {
        if (Interlocked.Exchange(ref product, null) is { } running)
        {
            await running.DisposeAsync();
        }
    }

    private bool Conclude(bool held)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"Bounds: {settings.Requests} requests, plan within {settings.PlanSeconds} s, replay within {settings.ReplaySeconds} s, {settings.PerSecond} events/s, every event sent once and ended: {(held ? "held" : "MISSED")}"));
        return held;
    }

    private bool ConcludeKills(bool held)
    {
        Console.WriteLine($"Bounds: {settings.Kills} kills, every event sent once and ended: {(held ? "held" : "MISSED")}");
        return held;
    }

    /// <summary>Such a rate that the job is under way while the process is killed as often as asked.</summary>
    private int RateOf(int planned) => Math.Clamp((int)(planned / (settings.Kills * SecondsOfALife)), 1, 1000);

    private async Task StartAsync()
    {
        product = await ProductServer.StartAsync(dataPath, worker: true, Roles.Operator, new Dictionary<string, string>());
        operators.Product = new Uri($"http://{product.Address}");
    }

    private async Task<JsonElement> UntilEndedAsync(string job, Stopwatch watch, Task killing)
    {
        JsonElement? last = null;
        while (watch.Elapsed < Longest)
        {
            if (killing.IsFaulted)
            {
                await killing;
            }

            last = await operators.PollAsync(job) ?? last;
            if (last is { } state)
            {
                progress.Say(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0} s, {state.GetProperty("progress").GetProperty("sent").GetInt32()} sent, {kills} kills"));
                if (Text(state, "state") is not "running")
                {
                    return state;
                }
            }

            await Task.Delay(Poll, TimeProvider.System);
        }

        return last ?? throw new InvalidOperationException("The product did not respond.");
    }

    /// <summary>Kills the process at random moments, and starts the next at once.</summary>
    private async Task KillAsync(CancellationToken ended)
    {
        while (kills < settings.Kills && !ended.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * SecondsOfALife), TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                return;
            }

            kills++;
            operators.Product = null;
            peak = Math.Max(peak, product!.PeakMemory);
            await EndAsync();
            await StartAsync();
        }
    }

    private async Task<LoadResult?> LiveAsync(TimeSpan length)
    {
        using var ended = new CancellationTokenSource(length);
        return settings.Kills == 0 ? await PaceAsync(ended.Token) : null;
    }

    private async Task<LoadResult?> PaceAsync(CancellationToken ended) => settings.Live == 0 ? null : await PacedLoad.RunAsync(
        product!.Address, settings.Live, StatusCodes.Status202Accepted, [.. Enumerable.Range(0, Connections).Select(connection => (NextRequest)WebhookRequests.OfProducts(connection, BodyBytes).Next)], ended);

    private void Print(LoadResult before, LoadResult? during, double[] lagsBefore, double[] lagsDuring)
    {
        Console.WriteLine($"Live traffic, {settings.Live} webhooks per second of the same function:");
        var table = new Table("", "webhooks", "p50 ms", "p99 ms", "until it has run, p50 ms", "p99 ms ");
        Add("before", before, lagsBefore);
        if (during is not null)
        {
            Add("during the replay", during, lagsDuring);
        }

        table.Print(Console.Out);

        void Add(string phase, LoadResult load, double[] lags) =>
            table.Add(phase, $"{load.Requests}", Number(load.Milliseconds(0.5)), Number(load.Milliseconds(0.99)), Number(Of(lags, 0.5)), Number(Of(lags, 0.99)));

        static double Of(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[(int)((sorted.Length - 1) * share)];
        static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static string Counts(JsonElement job, string member) =>
        string.Join(", ", job.GetProperty(member).EnumerateObject().Select(count => $"{count.Value.GetInt32()} {count.Name}"));

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString() ?? "";
}
