using System.Net;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Resilience;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>The response of a write is lost after the write took effect, and the client repeats it.</summary>
public sealed class LostResponseTests(DynamoBackend backend) : IClassFixture<DynamoBackend>, IDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Without emulators no test runs, so no fault happens either.
    public void Dispose() => Assert.True(backend.Faults.AreOver || !backend.IsOpen);

    [Fact]
    public async Task A_creation_is_recognised_as_the_callers_own()
    {
        var metadata = Sample.Event(backend.Now);
        backend.Faults.LoseResponse("PutItem");

        Assert.True((await CreateAsync(metadata)).Created);
        Assert.False((await CreateAsync(metadata)).Created);
    }

    [Fact]
    public async Task A_creation_is_recognised_though_the_event_was_claimed_meanwhile()
    {
        var metadata = Sample.Event(backend.Now);
        backend.Faults.LoseResponse("PutItem", meanwhile: () => ClaimAsync(metadata));

        var result = await CreateAsync(metadata);

        Assert.Equal((true, EventStatus.Processing), (result.Created, result.Record.Status));
        Assert.False((await CreateAsync(metadata)).Created);
    }

    [Fact]
    public async Task A_record_that_its_own_work_item_created_first_counts_as_created()
    {
        var metadata = Sample.Event(backend.Now);
        await ClaimAsync(metadata);

        Assert.False((await CreateAsync(metadata with { ReceivedAt = metadata.ReceivedAt.AddTicks(1) })).Created);
        var result = await CreateAsync(metadata);
        Assert.Equal((true, EventStatus.Processing), (result.Created, result.Record.Status));
    }

    [Fact]
    public async Task A_claim_is_recognised_and_others_are_refused()
    {
        var metadata = Sample.Event(backend.Now);
        backend.Faults.LoseResponse("UpdateItem");

        var claimed = await ClaimAsync(metadata);

        Assert.Equal(1, claimed.AttemptCount);
        Assert.Single(claimed.Attempts);
        Assert.IsType<ClaimResult.Leased>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation));
    }

    [Fact]
    public async Task A_checkpoint_is_recognised()
    {
        var metadata = Sample.Event(backend.Now);
        await ClaimAsync(metadata);
        backend.Faults.LoseResponse("UpdateItem");

        Assert.True(await backend.Ledger.CheckpointAsync(metadata.Id, 1, [new Step(1, "read")], Cancellation));
        Assert.Equal([new Step(1, "read")], (await FindAsync(metadata.Id)).Attempts[0].Steps);
    }

    [Theory]
    [InlineData(1, "UpdateItem")]
    [InlineData(2, "PutItem")]
    public async Task A_completion_is_recognised_also_when_the_event_was_replayed_meanwhile(int attempt, string operation)
    {
        var metadata = Sample.Event(backend.Now);
        var claimed = await ClaimAsync(metadata);
        for (var earlier = 1; earlier < attempt; earlier++)
        {
            Assert.True(await backend.Ledger.CompleteAsync(Completion(claimed, EventStatus.Retrying), Cancellation));
            claimed = await ClaimAsync(metadata);
        }

        backend.Faults.LoseResponse(operation, meanwhile: () => RequeueAsync(metadata.Id));

        Assert.True(await backend.Ledger.CompleteAsync(Completion(claimed, EventStatus.Failed), Cancellation));
        var record = await FindAsync(metadata.Id);
        Assert.Equal((EventStatus.Queued, EventStatus.Failed), (record.Status, record.Attempts[^1].Outcome));
    }

    [Fact]
    public async Task A_requeue_is_recognised_and_happens_once()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Ledger.CompleteAsync(Completion(await ClaimAsync(metadata), EventStatus.Failed), Cancellation);
        backend.Faults.LoseResponse("PutItem");

        Assert.IsType<TransitionResult.Done>(await RequeueAsync(metadata.Id));
        Assert.IsType<TransitionResult.Refused>(await RequeueAsync(metadata.Id));
        Assert.Single((await FindAsync(metadata.Id)).History);
    }

    [Fact]
    public async Task A_dismissal_is_recognised()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Ledger.CompleteAsync(Completion(await ClaimAsync(metadata), EventStatus.Failed), Cancellation);
        backend.Faults.LoseResponse("PutItem");

        var entry = new HistoryEntry(HistoryEntryKind.Dismissal, "bob", backend.Now, "test", 0);
        Assert.IsType<TransitionResult.Done>(await backend.Ledger.CloseAsync(new CloseRequest(metadata.Id, EventStatus.Dismissed, entry, null, backend.Now), Cancellation));
    }

    [Fact]
    public async Task A_throttled_table_is_a_store_that_did_not_answer()
    {
        var metadata = Sample.Event(backend.Now);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            backend.Faults.Response("UpdateItem", HttpStatusCode.BadRequest, """{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"too fast"}""");
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => ClaimAsync(metadata));
        Assert.Equal(1, (await ClaimAsync(metadata)).AttemptCount);
    }

    [Fact]
    public async Task A_refusal_that_tells_the_record_needs_no_read()
    {
        var metadata = Sample.Event(backend.Now);
        var claimed = await ClaimAsync(metadata);
        var item = (await backend.Database.GetItemAsync(new GetItemRequest(backend.EventsTable, EventKeys.KeyOf(metadata.Id), consistentRead: true), Cancellation)).Item;
        var refusal = $$"""{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"refused","Item":{{WireFormat.Write(item)}}}""";
        var before = backend.Faults.Calls.Count;
        backend.Faults.Response("UpdateItem", HttpStatusCode.BadRequest, refusal);
        backend.Faults.Response("PutItem", HttpStatusCode.BadRequest, refusal);
        backend.Faults.Response("UpdateItem", HttpStatusCode.BadRequest, refusal);

        var leased = Assert.IsType<ClaimResult.Leased>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation));
        var known = await CreateAsync(metadata with { ReceivedAt = backend.Now.AddSeconds(1) });
        var ended = await backend.Ledger.CompleteAsync(Completion(claimed, EventStatus.Succeeded), Cancellation);

        Assert.Equal(claimed.LeaseUntil, leased.Until);
        Assert.False(known.Created);
        Assert.Equivalent(claimed, known.Record, strict: true);
        Assert.False(ended);
        Assert.Equal(["UpdateItem", "PutItem", "UpdateItem"], backend.Faults.Calls.Skip(before).Select(call => call.Operation));
    }

    private static Completion Completion(EventRecord claimed, EventStatus status) =>
        new(claimed.Id, Sample.End(claimed.Attempts[^1], status, claimed.UpdatedAt.AddSeconds(1), Sample.Failure()), null, []);

    private Task<CreateResult> CreateAsync(EventMetadata metadata) => backend.AwsLedger.TryCreateAsync(metadata, null, Cancellation);

    private async Task<EventRecord> ClaimAsync(EventMetadata metadata) =>
        Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation)).Record;

    private async Task<EventRecord> FindAsync(EventId id) => Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(id, Cancellation));

    private Task<TransitionResult> RequeueAsync(EventId id) =>
        backend.Ledger.RequeueAsync(new Requeue(id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", backend.Now, null, 0)), Cancellation);
}
