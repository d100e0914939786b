using System.CommandLine;
using System.Diagnostics;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;
using EventTracking.Core.Replay;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventTracking.Benchmarks.Recovery;

/// <summary>
/// The morning after an outage: many events, of which some failed in three ways, a third of these moot. How long it takes to plan their
/// replay and to replay them with a function that calls nobody, on the embedded backend.
/// </summary>
internal static class RecoveryBenchmark
{
    private const int EventsPerOperation = 1000;
    private static readonly TimeSpan Ago = TimeSpan.FromHours(6);

    private static readonly Option<int> Events = BenchmarkOption.Number("--events", 100_000, "Events in the ledger.");
    private static readonly Option<int> Failures = BenchmarkOption.Number("--failures", 10_000, "Events that failed, in three ways; a third of them is moot.");
    private static readonly Option<double> Plan = BenchmarkOption.Decimal("--plan", 2, "Maximum seconds for the plan.");
    private static readonly Option<double> Rate = BenchmarkOption.Decimal("--rate", 1000, "Minimum events per second of the replay.");

    public static Command Command { get; } = new("recovery", "Plans and runs a bulk replay after an outage, on the embedded backend, with a function that calls nobody.") { Events, Failures, Plan, Rate };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var (events, failures) = (options.GetValue(Events), options.GetValue(Failures));
        var folder = DataFolder.Create(options, "recovery");
        try
        {
            using var host = Compose(folder.FullName);
            return await RunAsync(host.Services, events, failures, options.GetValue(Plan), options.GetValue(Rate));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> RunAsync(IServiceProvider services, int events, int failures, double mostSeconds, double leastRate)
    {
        await LoadAsync(services, events, failures);

        var watch = Stopwatch.StartNew();
        var planned = await services.GetRequiredService<ReplayPlanner>().PlanAsync(
            new ReplayRequested(ReplayAction.Replay, new ReplayFilter { Status = EventStatus.Failed }, Force: false, "benchmark", null), CancellationToken.None);
        var planSeconds = watch.Elapsed.TotalSeconds;
        var job = ((ReplayPlan.Made)planned).Job;
        Console.WriteLine(FormattableString.Invariant($"Planned {failures} failures among {events} events in {planSeconds:0.00} s: {string.Join(", ", job.Value.Verdicts.Select(verdict => $"{verdict.Value} {verdict.Key}"))}"));

        using var ended = new CancellationTokenSource();
        var working = WorkAsync(services, ended.Token);
        var id = ReplayId.OfRecord(job.Id);
        var jobs = services.GetRequiredService<ReplayJobs>();
        watch.Restart();
        await jobs.ChangeAsync(id, made => ReplayTransitions.Start(made, ramp: true, null, TimeProvider.System.GetUtcNow()), CancellationToken.None);
        await services.GetRequiredService<ReplayPump>().RunAsync(TimeSpan.FromMinutes(10), CancellationToken.None);
        var replaySeconds = watch.Elapsed.TotalSeconds;
        await ended.CancelAsync();
        await working;

        var state = (await jobs.FindAsync(id, CancellationToken.None))!.Value;
        var rate = state.Sent / replaySeconds;
        Console.WriteLine(FormattableString.Invariant(
            $"{state.State}: replayed {state.Sent} in {replaySeconds:0.0} s, {rate:0} events/s, {Environment.WorkingSet / 1024 / 1024} MB: {string.Join(", ", state.Outcomes.Select(outcome => $"{outcome.Value} {outcome.Key}"))}"));
        var held = state.State == ReplayState.Ended && planSeconds <= mostSeconds && rate >= leastRate;
        Console.WriteLine(FormattableString.Invariant($"Bounds: plan within {mostSeconds} s, {leastRate} events/s: {(held ? "held" : "MISSED")}"));
        return held;
    }

    private static IHost Compose(string folder)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("EventTracking:DataPath", folder)]);
        builder.Services.AddEventTracking(builder.Configuration).AddEmbeddedBackend();
        builder.Services.AddFunction<IdleFunction>(IdleFunction.Name, settings => (settings.BatchSize, settings.Concurrency) = (32, 32));
        builder.Services.AddRoute(IdleFunction.Source, IdleFunction.Topic, IdleFunction.Name);
        return builder.Build();
    }

    /// <summary>Runs the function as the product's worker does, with a few batches at once.</summary>
    private static async Task WorkAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        const int batchesAtOnce = 4;
        var (pump, function) = (services.GetRequiredService<BatchPump>(), services.GetRequiredService<FunctionRegistry>().Find(IdleFunction.Name)!);
        await Task.WhenAll(Enumerable.Range(0, batchesAtOnce).Select(async _ =>
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await pump.RunAsync(function, TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }
        }));
    }

    /// <summary>Every entity has ten events. Of those with a failure, every third has a later event that succeeded.</summary>
    private static async Task LoadAsync(IServiceProvider services, int events, int failures)
    {
        using var progress = new ProgressLine();
        var (store, archive) = (services.GetRequiredService<EmbeddedStore>(), services.GetRequiredService<IPayloadArchive>());
        var now = TimeProvider.System.GetUtcNow();
        var pointer = (await archive.AppendAsync([new PayloadRecord("benchmark", IdleFunction.Source, "benchmark", IdleFunction.Topic, now, new Dictionary<string, string>(), "{}"u8.ToArray())], CancellationToken.None))[0];
        for (var first = 0; first < events; first += EventsPerOperation)
        {
            progress.Say($"loading {events} events: {first * 100L / events} %");
            await store.WriteAsync(
                scope =>
                {
                    for (var number = first; number < Math.Min(events, first + EventsPerOperation); number++)
                    {
                        Load(scope.Database, number, events, failures, now - Ago, pointer);
                    }

                    return true;
                },
                CancellationToken.None);
        }
    }

    private static void Load(Database database, int number, int events, int failures, DateTimeOffset begin, PayloadPointer pointer)
    {
        const int perEntity = 10;
        var entities = Math.Max(1, events / perEntity);
        var (entity, turn) = (number % entities, number / entities);
        var isMoot = entity % 3 == 0;

        // An entity fails once: last of all, or before its last event, which then succeeds.
        var failed = entity < failures && turn == perEntity - (isMoot ? 2 : 1);
        var at = begin.AddMilliseconds(number * (Ago.TotalMilliseconds / 2 / events));
        var metadata = new EventMetadata(
            EventId.ForDelivery(IdleFunction.Source, "benchmark", $"{number}", at), IdleFunction.Source, "benchmark", IdleFunction.Topic, IdleFunction.Name, new EntityKey("product", $"{entity}"), at, null, null, $"{number}");
        LedgerTransitions.Claim(database, new Claim(metadata, pointer, at, at.AddSeconds(35)));
        var failure = failed ? new Failure("FunctionException", $"shop/kind-{entity % 3}", "The shop is down.", [], null, null, $"5f2a9c0152a7d3e{entity % 3}", false) : null;
        var attempt = new Attempt(1, at, at.AddMilliseconds(5), failed ? EventStatus.Failed : EventStatus.Succeeded, null, [], failure);
        LedgerTransitions.Complete(database, new Completion(metadata.Id, attempt, null, []));
    }
}
