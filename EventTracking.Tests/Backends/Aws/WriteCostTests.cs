using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Testing.Aws.Metering;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>What the life of an event costs in write units, by the published rules of DynamoDB.</summary>
public sealed class WriteCostTests : IClassFixture<DynamoBackend>
{
    private static readonly EntityKey Dependency = new("inventory-item", "271878346596884015");

    private readonly DynamoBackend backend;
    private readonly EventMetadata metadata;
    private readonly List<(string Transition, int Units)> costs = [];
    private readonly TableShape shape;
    private JsonObject? before;
    private int attempt;

    public WriteCostTests(DynamoBackend backend)
    {
        this.backend = backend;
        var table = new AwsResources(backend.Options, Options.Create(new EventTrackingOptions()), new FunctionRegistry([])).Events;
        shape = new TableShape(
            [EventsTable.PartitionKey, EventsTable.SortKey],
            [.. table.Indexes.Select(index => new IndexShape(index.Name, [index.Key.Partition, index.Key.Sort.Name], [EventsTable.PartitionKey, EventsTable.SortKey, index.Key.Partition, .. index.Attributes]))]);
        const string account = "outdoor-equipment-europe.myshopify.com";
        var id = EventId.ForDelivery("shopify", account, Guid.NewGuid().ToString(), backend.Now);
        metadata = new EventMetadata(
            id, "shopify", account, "inventory_levels/update", "inventory-observed", Dependency, backend.Now.AddMilliseconds(812), Guid.NewGuid().ToString("N"), null, id.ToString());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_ordinary_event_costs_four_units_and_no_read()
    {
        var calls = backend.Faults.Calls.Count;
        await CreateAsync();
        await ClaimAsync();
        await CompleteAsync(EventStatus.Succeeded);

        // The test itself made these reads.
        Assert.Equal(["PutItem", "GetItem", "UpdateItem", "GetItem", "UpdateItem", "GetItem"], backend.Faults.Calls.Skip(calls).Select(call => call.Operation));
        Assert.Equal([("create", 2), ("claim 1", 1), ("Succeeded", 1)], costs);
        Assert.InRange(ItemSize.Of(before!), 1, 1024);
    }

    [Fact]
    public async Task An_event_that_goes_every_way_costs_what_it_changes()
    {
        await CreateAsync();
        await ClaimAsync();
        await CompleteAsync(EventStatus.Waiting);
        await RequeueAsync(EventStatus.Waiting, HistoryEntryKind.Release);
        await ClaimAsync();
        await CompleteAsync(EventStatus.Retrying);
        await ClaimAsync();
        await CompleteAsync(EventStatus.Failed);
        await RequeueAsync(EventStatus.Failed, HistoryEntryKind.Replay);
        await ClaimAsync();
        await CompleteAsync(EventStatus.Succeeded);

        foreach (var (transition, units) in costs)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{transition}: {units}");
        }

        // While an event waits, it has an entry in both indexes by attention and in the one by dependency.
        Assert.Equal([2, 1, 4, 6, 3], costs.Take(5).Select(cost => cost.Units));
    }

    [Fact]
    public async Task An_event_that_is_postponed_costs_two_units_each_time()
    {
        await CreateAsync();
        for (var run = 0; run < 4; run++)
        {
            await ClaimAsync();
            await CompleteAsync(EventStatus.Queued);
        }

        await ClaimAsync();
        await CompleteAsync(EventStatus.Succeeded);

        Assert.Equal([2, .. Enumerable.Repeat(1, 10)], costs.Select(cost => cost.Units));
        Assert.InRange(ItemSize.Of(before!), 1, 1024);
    }

    private async Task CreateAsync()
    {
        await backend.AwsLedger.TryCreateAsync(metadata, null, Cancellation);
        await CountAsync("create");
    }

    private async Task ClaimAsync()
    {
        var pointer = new PayloadPointer("payloads/2026/11/23/01JD7Z3M5W8Q4K2N6P9R1S3T5V.jsonl.gz", 1_048_576, 2_417, new string('a', 64));
        var claimed = await backend.Ledger.ClaimAsync(new Claim(metadata, attempt == 0 ? pointer : null, backend.Now.AddSeconds(2), backend.Now.AddMinutes(5)), Cancellation);
        attempt = Assert.IsType<ClaimResult.Claimed>(claimed).Record.AttemptCount;
        await CountAsync($"claim {attempt}");
    }

    private async Task CompleteAsync(EventStatus status)
    {
        Step[] steps = [new(0, "level requested"), new(184, "level read: 12 available"), new(191, "reading stored"), new(192, "equal to Brightpearl's availability")];
        var failure = status is EventStatus.Failed or EventStatus.Retrying ? Sample.Failure() with { Stack = new string('s', 2000) } : null;
        OutgoingCall[] calls = [new(1, 183, 100, "200", "shopify"), new(185, 240, 100, "200", "brightpearl"), new(430, 310, 1, "200", "shopify")];
        var ended = new Attempt(attempt, backend.Now.AddSeconds(2), backend.Now.AddSeconds(2.2), status, null, steps, failure) { Calls = calls };
        Assert.True(await backend.Ledger.CompleteAsync(new Completion(metadata.Id, ended, status == EventStatus.Waiting ? Dependency : null, []), Cancellation));
        await CountAsync(status.ToString());
    }

    private async Task RequeueAsync(EventStatus from, HistoryEntryKind kind)
    {
        var entry = new HistoryEntry(kind, metadata.Id.ToString(), backend.Now.AddSeconds(3), $"{Dependency} has arrived", 0);
        Assert.IsType<TransitionResult.Done>(await backend.Ledger.RequeueAsync(new Requeue(metadata.Id, [from], null, entry), Cancellation));
        await CountAsync($"requeue from {from}");
    }

    private async Task CountAsync(string transition)
    {
        var item = (await backend.Database.GetItemAsync(new GetItemRequest(backend.EventsTable, EventKeys.KeyOf(metadata.Id), consistentRead: true), Cancellation)).Item;
        var after = WireFormat.ToObject(item);
        costs.Add((transition, Math.Max(ItemSize.WriteUnits(before), ItemSize.WriteUnits(after)) + shape.Indexes.Sum(index => index.WriteUnits(before, after))));
        TestContext.Current.TestOutputHelper?.WriteLine($"{transition}: {ItemSize.Of(after)} bytes");
        before = after;
    }
}
