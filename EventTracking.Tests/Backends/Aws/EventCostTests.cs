using Amazon.Runtime;
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
using EventTracking.Testing.Functions;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Functions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>What AWS bills for a batch of events that succeed at once: the cost limit that the backend is designed for.</summary>
public sealed class EventCostTests(AwsEmulators emulators)
{
    private const int Batch = 10;

    private readonly AwsMeter meter = new();
    private int failures;
    private bool transient = true;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_of_a_full_batch_costs_four_and_a_tenth_write_units_a_tenth_of_a_put_and_one_and_a_fifth_requests()
    {
        await using var services = await StartAsync();
        await AcceptAsync(services, Batch);
        Assert.Equal(Batch, await RunAsync(services));

        Assert.Equal(
            new Dictionary<(Meter, string), double>
            {
                [(Meter.WriteUnits, "PutItem")] = 2 * Batch,

                // One more for what the batch did.
                [(Meter.WriteUnits, "UpdateItem")] = (2 * Batch) + 1,
                [(Meter.PutRequests, "PUT")] = 1,
                [(Meter.QueueRequests, "SendMessageBatch")] = Batch,
                [(Meter.QueueRequests, "ReceiveMessage")] = 1,
                [(Meter.QueueRequests, "DeleteMessageBatch")] = 1,
            },
            TakeBill());
        Assert.Empty(meter.Tables.Disagreements);
    }

    [Fact]
    public async Task A_second_attempt_reads_twice_and_archives_nothing_again()
    {
        failures = 1;
        await using var services = await StartAsync();
        await AcceptAsync(services, 1);
        Assert.Equal(1, await RunAsync(services));
        TakeBill();

        Assert.Equal(1, await RunAsync(services));

        // The pointer to the payload, and the list to which the end of the attempt is added.
        var bill = TakeBill();
        Assert.Equal(2, bill[(Meter.ReadUnits, "GetItem")]);
        Assert.DoesNotContain((Meter.PutRequests, "PUT"), bill.Keys);
        Assert.DoesNotContain((Meter.GetRequests, "GET"), bill.Keys);
    }

    [Fact]
    public async Task A_plan_costs_half_a_read_unit_for_each_entity_that_has_no_later_event()
    {
        (failures, transient) = (1, false);
        await using var services = await StartAsync();
        await AcceptAsync(services, Batch);
        Assert.Equal(Batch, await RunAsync(services));
        TakeBill();

        var made = Assert.IsType<ReplayPlan.Made>(await services.GetRequiredService<ReplayPlanner>().PlanAsync(
            new ReplayRequested(ReplayAction.Replay, new ReplayFilter { Status = EventStatus.Failed }, Force: false, "ann", null), Cancellation));

        // The list of failures and that of expired jobs have 16 shards each, which cost at least half a unit.
        var bill = TakeBill();
        Assert.Equal(new Dictionary<string, int> { ["unlikely"] = Batch }, made.Job.Value.Verdicts);
        Assert.Equal((Batch * 0.5) + (16 * 0.5) + (16 * 0.5), bill[(Meter.ReadUnits, "Query")]);
        Assert.Equal((1, 1), (bill[(Meter.PutRequests, "PUT")], bill[(Meter.WriteUnits, "PutItem")]));
    }

    [Fact]
    public async Task A_batch_that_fails_in_one_way_reads_its_group_once_and_writes_it_once()
    {
        failures = 1;
        await using var services = await StartAsync();
        await AcceptAsync(services, Batch);
        await RunAsync(services);

        // A new group is in the table and, as news, in its index.
        var bill = TakeBill();
        Assert.Equal(1, bill[(Meter.ReadUnits, "GetItem")]);
        Assert.Equal((2 * Batch) + 2, bill[(Meter.WriteUnits, "PutItem")]);
    }

    private static async Task AcceptAsync(ServiceProvider services, int events)
    {
        var body = new byte[6800];
        Array.Fill(body, (byte)'x');
        for (var number = 0; number < events; number++)
        {
            await services.GetRequiredService<EventIntake>().AcceptAsync(Delivery(number, body), Cancellation);
        }
    }

    private static Task<int> RunAsync(ServiceProvider services) =>
        services.GetRequiredService<BatchPump>().RunAsync(services.GetRequiredService<FunctionRegistry>().Find("probe")!, TimeSpan.FromSeconds(10), Cancellation);

    private static Delivery Delivery(int number, byte[] body) => new()
    {
        Source = "test",
        Account = "account",
        Topic = "probe",
        DeliveryId = Sample.Name("delivery"),
        TriggeredAt = TimeProvider.System.GetUtcNow(),
        Entity = new EntityKey("product", $"{number}"),
        Body = body,
    };

    private Dictionary<(Meter Meter, string Operation), double> TakeBill() =>
        meter.Take().GroupBy(charge => (charge.Meter, charge.Operation)).ToDictionary(group => group.Key, group => group.Sum(charge => charge.Amount));

    private async Task<ServiceProvider> StartAsync()
    {
        await emulators.RequireAsync();
        var prefix = $"c{Guid.NewGuid():N}-"[..12];
        var collection = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("EventTracking:FirstBackoff", "00:00:01"),
            new("EventTracking:Aws:EventsTable", $"{prefix}events"),
            new("EventTracking:Aws:RecordsTable", $"{prefix}products"),
            new("EventTracking:Aws:PayloadBucket", $"{prefix}payloads"),
            new("EventTracking:Aws:QueuePrefix", prefix),
        ]).Build();
        collection.AddSingleton<IConfiguration>(configuration);
        collection.AddLogging();
        collection.AddSingleton<HttpClientFactory>(meter);
        collection.AddDependencyKind<KnownEntities>("product");
        collection.AddSingleton(new RegisteredFunction("probe", new FunctionSettings(), () => new ProbeFunction(HandleAsync)));
        collection.AddRoute("test", "probe", "probe");
        collection.AddEventTracking(configuration);
        collection.AddAwsBackend();
        var services = collection.BuildServiceProvider();
        await services.GetRequiredService<AwsProvisioner>().ProvisionAsync(_ => { }, Cancellation);

        // A process looks up the addresses of queues once.
        await services.GetRequiredService<IWorkQueue>().GetDepthAsync("probe", Cancellation);
        meter.IsOn = true;
        return services;
    }

    private Task<Outcome> HandleAsync(string message, EventContext context, CancellationToken cancellationToken)
    {
        foreach (var step in (string[])["payload read", "availability fetched: 42", "quantity set", "level stored"])
        {
            context.Step(step);
        }

        return context.Attempt <= failures ? throw new FunctionException("not yet", "test/no", transient) : Task.FromResult(Outcome.Succeeded);
    }
}
