using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Records;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Replay;
using EventTracking.Core.Waiting;
using EventTracking.Testing.Aws.Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventTracking.Benchmarks.Cost;

/// <summary>
/// The engine on the AWS backend, composed as in the product, with its own tables, bucket and queues. It polls functions like
/// the product's worker: per function one receive waits while a few batches run.
/// </summary>
internal sealed class CostEngine : IAsyncDisposable
{
    private const int Callers = 8;
    private const int BatchesAtOnce = 4;

    /// <summary>Shorter than the product's, because every poll is awaited: an abandoned poll may take messages with it.</summary>
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    private readonly IHost host;
    private readonly string prefix;
    private readonly CostProgress progress = new();

    private CostEngine(int batch)
    {
        prefix = $"cost-{Guid.NewGuid():N}-"[..14];
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventTracking:Aws:EventsTable"] = EventsTable,
            ["EventTracking:Aws:RecordsTable"] = $"{prefix}products",
            ["EventTracking:Aws:PayloadBucket"] = $"{prefix}payloads",
            ["EventTracking:Aws:QueuePrefix"] = prefix,
        });
        builder.Services.AddSingleton<HttpClientFactory>(Meter);
        builder.Services.AddDependencyKind<CostDependencies>(CostScenario.DependencyKind);
        builder.Services.AddEventTracking(builder.Configuration);
        builder.Services.AddAwsBackend();
        builder.Services.AddFunction<SyncFunction>(SyncFunction.Name, settings => settings.BatchSize = batch);
        builder.Services.AddFunction<ImportFunction>(ImportFunction.Name, settings => settings.BatchSize = batch);
        builder.Services.AddRoute(CostScenario.Source, CostScenario.Topic, SyncFunction.Name);
        builder.Services.AddRoute("import", CostScenario.ImportTopic, ImportFunction.Name);
        host = builder.Build();
        Naive = new NaiveLayout(EventsTable);
        Meter.Tables.Written = (table, before, after) =>
        {
            if (IsEvent(after))
            {
                Naive.Written(table, before, after);
                progress.Written(before, after);
            }
        };
    }

    public AwsMeter Meter { get; } = new();

    public NaiveLayout Naive { get; }

    /// <summary>The records as they are now, without the items beside them.</summary>
    public IReadOnlyList<JsonObject> Records => [.. Meter.Tables.ItemsOf(EventsTable).Where(IsEvent)];

    public string EventsTable => $"{prefix}events";

    /// <summary>The accepted events and the course of each.</summary>
    public ConcurrentDictionary<string, Course> Courses { get; } = new();

    public static async Task<CostEngine> StartAsync(int batch)
    {
        var engine = new CostEngine(batch);
        await engine.Get<AwsProvisioner>().ProvisionAsync(_ => { }, CancellationToken.None);

        // A process looks up the addresses of queues once.
        foreach (var function in (string[])[SyncFunction.Name, ImportFunction.Name])
        {
            await engine.Get<IWorkQueue>().GetDepthAsync(function, CancellationToken.None);
        }

        engine.Meter.IsOn = true;
        return engine;
    }

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    /// <summary>Accepts webhooks, each with a call of its own.</summary>
    public async Task AcceptAsync(IReadOnlyList<long> numbers, int bodyBytes, ProgressLine line)
    {
        var done = 0;
        await Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (number, token) =>
        {
            // A host starts a trace per request, whose id the record keeps.
            using var trace = new Activity("webhook").Start();
            var delivery = CostScenario.Compose(number, bodyBytes, TimeProvider.System.GetUtcNow());
            var accepted = await Get<EventIntake>().AcceptAsync(delivery, token);
            Courses[accepted.Id.ToString()] = CostScenario.CourseOf(number);
            line.Say($"{Interlocked.Increment(ref done)} of {numbers.Count} events accepted");
        });
    }

    /// <summary>Replays every failed event one by one, as an operator would.</summary>
    public async Task ReplayFailedAsync(ProgressLine line)
    {
        var failed = Courses.Where(entry => entry.Value == Course.FailsUntilReplayed).Select(entry => EventId.Parse(entry.Key)).ToList();
        var done = 0;
        await Parallel.ForEachAsync(failed, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (id, token) =>
        {
            var result = await Get<Replayer>().ReplayAsync(id, "benchmark", "stocked at the location now", force: false, token);
            if (result is not ReplayResult.Sent)
            {
                throw new InvalidOperationException($"Event {id} was not replayed: {result}");
            }

            line.Say($"{Interlocked.Increment(ref done)} of {failed.Count} replayed");
        });
    }

    /// <summary>Runs the functions until the given number of further events has ended.</summary>
    public async Task DrainAsync(int events, ProgressLine line)
    {
        var ended = progress.ExpectAsync(events, count => line.Say($"{count} of {events} events ended"));
        var functions = Get<FunctionRegistry>().All.Where(function => function.Name != EventRoutes.Unrouted);
        await Task.WhenAll(functions.Select(function => PumpAsync(function, ended)));
    }

    public ValueTask DisposeAsync() => ((IAsyncDisposable)host).DisposeAsync();

    private async Task PumpAsync(RegisteredFunction function, Task ended)
    {
        using var turn = new SemaphoreSlim(1);
        await Task.WhenAll(Enumerable.Range(0, BatchesAtOnce).Select(async _ =>
        {
            try
            {
                while (!ended.IsCompleted)
                {
                    await Get<BatchPump>().RunAsync(function, await TakeAsync(function, turn, ended), CancellationToken.None);
                }
            }
            catch
            {
                progress.GiveUp();
                throw;
            }
        }));
    }

    private async Task<IReadOnlyList<ReceivedItem>> TakeAsync(RegisteredFunction function, SemaphoreSlim turn, Task ended)
    {
        await turn.WaitAsync();
        try
        {
            return ended.IsCompleted ? [] : await Get<BatchPump>().ReceiveAsync(function, LongPoll, CancellationToken.None);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What functions did is counted in the same table, in items that have no status.</summary>
    private static bool IsEvent(JsonObject item) => item.ContainsKey(Core.Backends.Aws.Ledger.EventsTable.Status);
}
