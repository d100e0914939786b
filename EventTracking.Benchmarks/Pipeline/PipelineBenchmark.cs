using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EventTracking.Api.Hosting.Local;
using EventTracking.Benchmarks.Intake;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventTracking.Benchmarks.Pipeline;

/// <summary>
/// Events per second from acceptance to the final state with a function that does nothing: only the engine, the local worker
/// and the embedded backend, in this process. Callers and worker run at the same time, so the rate is sustainable.
/// </summary>
internal static class PipelineBenchmark
{
    private const string Function = "empty";
    private const string Source = "benchmark";
    private const int WarmUpEvents = 10_000;

    private static readonly Option<int> Events = BenchmarkOption.Number("--events", 100_000, "Events to run.");
    private static readonly Option<int> Callers = BenchmarkOption.Number("--callers", 16, "Concurrent callers that send events.");
    private static readonly Option<int> InFlight = BenchmarkOption.Number("--in-flight", 512, "Maximum number of events that are accepted and not final.");
    private static readonly Option<int> Batch = BenchmarkOption.Number("--batch", 32, "Events per batch, all run at once.");
    private static readonly Option<int> Body = BenchmarkOption.Number("--body", 6800, "Bytes per payload.");
    private static readonly Option<int> Bound = BenchmarkOption.Number("--bound", 3000, "Minimum events per second.");
    private static readonly Option<int> Memory = BenchmarkOption.Number("--memory", 300, "Maximum peak memory in megabytes.");

    public static Command Command { get; } = new("pipeline", "Events per second from acceptance to the final state, with an empty function.")
    {
        Events, Callers, InFlight, Batch, Body, Bound, Memory,
    };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var events = options.GetValue(Events);
        var callers = options.GetValue(Callers);
        var inFlight = options.GetValue(InFlight);
        var body = WebhookBody.Compose(632910392, options.GetValue(Body));
        var batch = options.GetValue(Batch);
        var bound = options.GetValue(Bound);
        var maxMegabytes = options.GetValue(Memory);

        var folder = DataFolder.Create(options, "pipeline");
        try
        {
            using var warmUp = new FinalTimes(WarmUpEvents, inFlight);
            await RunAsync(folder, "warm-up", warmUp, callers, batch, body);
            using var times = new FinalTimes(events, inFlight);
            var (elapsed, processor) = await RunAsync(folder, "events", times, callers, batch, body);
            var perSecond = events / elapsed.TotalSeconds;
            using var self = Process.GetCurrentProcess();
            var megabytes = self.PeakWorkingSet64 / (1024.0 * 1024.0);
            Array.Sort(times.Latencies);
            var table = new Table("events", "callers", "in flight", "batch", "events/s", "p50 ms", "p99 ms", "CPU µs/event", "peak MB");
            table.Add(
                Text("0", events),
                Text("0", callers),
                Text("0", inFlight),
                Text("0", batch),
                Text("0", perSecond),
                Text("0.0", Milliseconds(times.Latencies[events / 2])),
                Text("0.0", Milliseconds(times.Latencies[(int)(events * 0.99)])),
                Text("0", processor.TotalMicroseconds / events),
                Text("0", megabytes));
            table.Print(Console.Out);
            var figures = new Figures();
            figures.Add("events/s", perSecond);
            figures.Add("p50 ms", Milliseconds(times.Latencies[events / 2]));
            figures.Add("p99 ms", Milliseconds(times.Latencies[(int)(events * 0.99)]));
            figures.Add("CPU µs/event", processor.TotalMicroseconds / events);
            figures.Add("peak MB", megabytes);
            figures.Write(options);
            Console.WriteLine($"Bounds: {bound} events/s {(perSecond >= bound ? "held" : "MISSED")}, {maxMegabytes} MB {(megabytes <= maxMegabytes ? "held" : "MISSED")}");
            return perSecond >= bound && megabytes <= maxMegabytes;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(TimeSpan Elapsed, TimeSpan Processor)> RunAsync(DirectoryInfo folder, string name, FinalTimes times, int callers, int batch, byte[] body)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["EventTracking:DataPath"] = Path.Combine(folder.FullName, name) });
        builder.Services.AddEventTracking(builder.Configuration);
        builder.Services.AddEmbeddedBackend();
        builder.Services.AddSingleton<EmbeddedLedger>();
        builder.Services.AddSingleton<IEventLedger>(provider => new FinalLedger(provider.GetRequiredService<EmbeddedLedger>(), times));
        builder.Services.AddFunction<EmptyFunction>(Function, settings =>
        {
            settings.BatchSize = batch;
            settings.Concurrency = batch;
        });
        builder.Services.AddRoute(Source, "products/update", Function);
        builder.Services.AddLocalHost(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync();
        try
        {
            var processor = Environment.CpuUsage.TotalTime;
            var started = Stopwatch.GetTimestamp();
            var accepting = AcceptAllAsync(host.Services.GetRequiredService<EventIntake>(), times, callers, body);
            await ReportAsync(name, times);
            await accepting;
            return (Stopwatch.GetElapsedTime(started), Environment.CpuUsage.TotalTime - processor);
        }
        finally
        {
            await host.StopAsync();
        }
    }

    private static Task AcceptAllAsync(EventIntake intake, FinalTimes times, int callers, byte[] body)
    {
        var next = 0;
        return Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) <= times.Latencies.Length)
            {
                await times.EnterAsync();
                var delivery = Compose(number, body);
                times.Received(intake.IdOf(delivery), Stopwatch.GetTimestamp());
                await intake.AcceptAsync(delivery, CancellationToken.None);
            }
        })));
    }

    private static Delivery Compose(int number, byte[] body) => new()
    {
        Source = Source,
        Account = "benchmark.myshopify.com",
        Topic = "products/update",
        DeliveryId = string.Create(CultureInfo.InvariantCulture, $"b54557e4-bdd9-4b37-{number:000000000000}"),
        TriggeredAt = TimeProvider.System.GetUtcNow(),
        Entity = new EntityKey("product", number.ToString(CultureInfo.InvariantCulture)),
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json", ["x-shopify-topic"] = "products/update" },
        Body = body,
    };

    private static async Task ReportAsync(string name, FinalTimes times)
    {
        using var progress = new ProgressLine();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!times.All.IsCompleted)
        {
            progress.Say($"{name}: {times.Count} of {times.Latencies.Length} final");
            await Task.WhenAny(times.All, timer.WaitForNextTickAsync().AsTask());
        }
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;

    private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed class EmptyFunction : TrackedFunction<PayloadRecord>
    {
        protected override PayloadRecord ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload;

        protected override Task<Outcome> HandleAsync(PayloadRecord message, EventContext context, CancellationToken cancellationToken) =>
            Task.FromResult(Outcome.Succeeded);
    }
}
