using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using EventTracking.Core;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Records;
using EventTracking.Core.Activities;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Records;
using EventTracking.Core.Search;
using EventTracking.Core.Replay;
using EventTracking.Core.Waiting;
using EventTracking.Stock.Catalog;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Api;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Functions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>The AWS backend, composed as in the product, with unique names and a queue for each given function.</summary>
public sealed class AwsBackend(AwsEmulators emulators) : BackendFixture
{
    // The emulators use the system clock, so what is due now may be due a moment later for them.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, Lazy<Task>> provisioned = new();
    private DateTimeOffset now = TimeProvider.System.GetUtcNow();
    private ServiceProvider? services;

    // Times that a test computes twice must be equal, so the clock moves only when the test advances it.
    public override DateTimeOffset Now => now;

    internal AwsTraffic Traffic { get; } = new();

    internal LogCollector Logs { get; } = new();

    /// <summary>The engine's clock; the emulators' clock cannot be set.</summary>
    internal ShiftedTime Time { get; } = new();

    internal KnownEntities Entities { get; } = new();

    /// <summary>The behaviour of the function <c>import</c>.</summary>
    internal Func<EventContext, Task<Outcome>> Import { get; set; } = _ => Task.FromResult(Outcome.Succeeded);

    /// <summary>The behaviour of the function <c>probe</c>.</summary>
    internal Func<string, EventContext, CancellationToken, Task<Outcome>> Handler { get; set; } = (_, _, _) => Task.FromResult(Outcome.Succeeded);

    /// <summary>The names; those of another host for a second host on the same tables and queues.</summary>
    internal string Prefix { get; init; } = $"q{Guid.NewGuid():N}-"[..12];

    /// <summary>The settings of the function <c>probe</c>.</summary>
    internal FunctionSettings Probe { get; } = new();

    /// <summary>The backoff before the second attempt.</summary>
    internal TimeSpan FirstBackoff { get; init; } = new EventTrackingOptions().FirstBackoff;

    internal string Bucket => $"{Prefix}payloads";

    internal IAmazonSQS Sqs => Get<IAmazonSQS>();

    internal IAmazonS3 S3 => Get<IAmazonS3>();

    internal override IEventLedger Ledger => Get<IEventLedger>();

    internal override IWorkQueue Queue => new QueuesOnDemand(Get<IWorkQueue>(), ProvisionAsync);

    internal override IIntakeStore Intake => new IntakeOnDemand(Get<IIntakeStore>(), ProvisionAsync);

    internal override IPayloadArchive Archive => Get<IPayloadArchive>();

    internal override IRecordStore Records => Get<IRecordStore>();

    internal override ISegmentStore Segments => Get<ISegmentStore>();

    internal override IEventSearch Search => Get<IEventSearch>();

    internal override IActivityStore Activity => Get<IActivityStore>();

    internal override IPlanStore Plans => Get<IPlanStore>();

    public override async ValueTask PassAsync(TimeSpan time)
    {
        await Task.Delay(time + Moment, TimeProvider.System, TestContext.Current.CancellationToken);
        now += time;
    }

    public override async ValueTask InitializeAsync()
    {
        if (!await emulators.TryStartAsync())
        {
            return;
        }

        var collection = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("EventTracking:Aws:EventsTable", $"{Prefix}events"),
            new("EventTracking:Aws:RecordsTable", $"{Prefix}products"),
            new("EventTracking:Aws:PayloadBucket", Bucket),
            new("EventTracking:Aws:QueuePrefix", Prefix),
            new("EventTracking:FirstBackoff", FirstBackoff.ToString("c")),
        ]).Build();
        collection.AddSingleton<IConfiguration>(configuration);
        collection.AddLogging(logging => logging.AddProvider(Logs));
        collection.AddSingleton<HttpClientFactory>(Traffic);
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddSingleton(Entities);
        collection.AddDependencyKind<KnownEntities>("product");
        collection.AddSingleton(new RegisteredFunction("probe", Probe, () => new ProbeFunction((message, context, token) => Handler(message, context, token))));
        collection.AddRoute("test", "probe", "probe");
        collection.AddSingleton(new RegisteredFunction("import", new FunctionSettings(), () => new ProbeFunction((_, context, _) => Import(context))));
        collection.AddRoute("test", "import", "import");
        collection.AddEventTracking(configuration);
        collection.AddAwsBackend();
        services = collection.BuildServiceProvider();
        await Get<AwsProvisioner>().ProvisionAsync(_ => { }, TestContext.Current.CancellationToken);
    }

    /// <summary>The address of a function's queue.</summary>
    public async Task<string> UrlAsync(string function)
    {
        await ProvisionAsync(function);
        return (await Sqs.GetQueueUrlAsync($"{Prefix}{function}", TestContext.Current.CancellationToken)).QueueUrl;
    }

    internal T Get<T>()
        where T : notnull
    {
        emulators.Require();
        return (services ?? throw new InvalidOperationException("The backend is closed.")).GetRequiredService<T>();
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (services is not null)
        {
            await services.DisposeAsync();
            if (emulators.Remain)
            {
                await AwsNames.DeleteAsync(Prefix);
            }
        }
    }

    /// <summary>Creates the queue of a function if it does not exist.</summary>
    internal async Task CreateQueueAsync(string function)
    {
        var queue = new AwsQueue(Get<AwsResources>().QueueOf(function), Sqs, TimeProvider.System);
        await foreach (var finding in queue.InspectAsync(CancellationToken.None))
        {
            if (finding is Finding.Absent absent)
            {
                await absent.CreateAsync(CancellationToken.None);
            }
        }
    }

    private Task ProvisionAsync(string function) =>
        provisioned.GetOrAdd(function, name => new Lazy<Task>(() => CreateQueueAsync(name))).Value;

    private sealed class QueuesOnDemand(IWorkQueue queue, Func<string, Task> provisionAsync) : IWorkQueue
    {
        public async Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken)
        {
            await Task.WhenAll(items.Select(item => provisionAsync(item.Event.Function)));
            await queue.SendAsync(items, delay, cancellationToken);
        }

        public async Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
        {
            await provisionAsync(function);
            return await queue.ReceiveAsync(function, limit, visibility, wait, cancellationToken);
        }

        public Task ExtendAsync(IReadOnlyList<ReceivedItem> items, TimeSpan visibility, CancellationToken cancellationToken) => queue.ExtendAsync(items, visibility, cancellationToken);

        public Task AcknowledgeAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => queue.AcknowledgeAsync(items, cancellationToken);

        public Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken) => queue.DeferAsync(deferrals, cancellationToken);

        public Task<QueueDepth> GetDepthAsync(string function, CancellationToken cancellationToken) => queue.GetDepthAsync(function, cancellationToken);
    }

    private sealed class IntakeOnDemand(IIntakeStore intake, Func<string, Task> provisionAsync) : IIntakeStore
    {
        public async Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
        {
            await Task.WhenAll(events.Select(created => provisionAsync(created.Event.Function)));
            return await intake.AcceptAsync(events, cancellationToken);
        }
    }
}
