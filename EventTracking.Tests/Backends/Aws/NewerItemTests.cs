using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Events;
using EventTracking.Tests.Records;

namespace EventTracking.Tests.Backends.Aws;

public sealed class AwsNewerRecordTests(DynamoBackend backend) : NewerRecordContract(backend), IClassFixture<DynamoBackend>;

/// <summary>Items that a newer version wrote.</summary>
public sealed class NewerItemTests(DynamoBackend backend) : IClassFixture<DynamoBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_not_known_stays_through_every_transition()
    {
        var metadata = Sample.Event(backend.Now);
        await AttemptAsync(metadata, EventStatus.Retrying);
        await ChangeAsync(metadata.Id, "SET future = :kept, runs[0].future = :kept, runs[0].f.hint = :kept, tags = :tags");
        await AttemptAsync(metadata, EventStatus.Failed);
        await RequeueAsync(metadata.Id);
        await ChangeAsync(metadata.Id, "SET history[0].future = :kept");
        await AttemptAsync(metadata, EventStatus.Queued);
        await AttemptAsync(metadata, EventStatus.Queued);
        await AttemptAsync(metadata, EventStatus.Failed);
        await RequeueAsync(metadata.Id);
        Assert.True(await backend.Ledger.AddEditedReplayAsync(metadata.Id, Sample.Id(backend.Now), Cancellation));
        await AttemptAsync(metadata, EventStatus.Failed);
        var dismissal = new CloseRequest(metadata.Id, EventStatus.Dismissed, new HistoryEntry(HistoryEntryKind.Dismissal, "ann", backend.Now, null, 0), null, backend.Now);
        Assert.IsType<TransitionResult.Done>(await backend.Ledger.CloseAsync(dismissal, Cancellation));

        var item = await ReadAsync(metadata.Id);
        Assert.Equal(("kept", "kept", "kept", "kept"), (item["future"].M["inner"].S, item["runs"].L[0].M["future"].M["inner"].S, item["runs"].L[0].M["f"].M["hint"].M["inner"].S, item["history"].L[0].M["future"].M["inner"].S));
        Assert.Equal(["a", "b"], item["tags"].SS.Order());
        Assert.Equal((EventStatus.Dismissed, 3), (await FindAsync(metadata.Id) is { } record ? (record.Status, record.History.Count) : default));
        Assert.False(item.ContainsKey("attention"));
    }

    [Fact]
    public async Task An_event_with_a_status_that_is_not_known_is_shown_in_every_list_and_left_alone()
    {
        var product = new EntityKey("product", Sample.Name("product"));
        var metadata = Sample.Event(backend.Now);
        await AttemptAsync(metadata, EventStatus.Waiting, product);
        await ChangeAsync(metadata.Id, "SET #status = :parked");
        await AssertLeftAloneAsync(metadata, "parked", new EventQuery { Status = EventStatus.Waiting }, new EventQuery { Status = EventStatus.Waiting, ById = true }, new EventQuery { Entity = metadata.Entity }, Day());
        Assert.Equal([metadata.Id], await backend.Ledger.ListWaitingAsync(product, null, 10, Cancellation));
    }

    [Fact]
    public async Task An_event_of_a_newer_form_is_shown_and_left_alone()
    {
        var metadata = Sample.Event(backend.Now);
        await CreateAsync(metadata);
        await ChangeAsync(metadata.Id, "SET #format = :newer REMOVE topic");
        await AssertLeftAloneAsync(metadata, "format 2", new EventQuery { Entity = metadata.Entity }, Day());
        Assert.False(await backend.Ledger.MarkLateAsync(metadata.Id, Cancellation));
    }

    [Theory]
    [InlineData("SET runs = :parked")]
    [InlineData("SET runs[0] = :parked")]
    [InlineData("SET runs[0].f = :parked")]
    [InlineData("SET waiting_on = :parked")]
    [InlineData("SET received_at = :parked")]
    [InlineData("SET sha256 = :kept, #segment = :parked")]
    [InlineData("REMOVE #source")]
    public async Task An_item_that_cannot_be_read_is_shown_and_left_alone(string change)
    {
        var metadata = Sample.Event(backend.Now);
        await AttemptAsync(metadata, EventStatus.Failed);
        await ChangeAsync(metadata.Id, change);

        var before = await ReadAsync(metadata.Id);
        var record = Assert.IsType<EventRecord>(await FindAsync(metadata.Id));
        Assert.Equal(EventStatus.Unknown, record.Status);
        foreach (var query in (EventQuery[])[new EventQuery { Status = EventStatus.Failed }, new EventQuery { Entity = metadata.Entity }, Day()])
        {
            Assert.Contains(metadata.Id, (await backend.Ledger.ListAsync(query with { Limit = 500 }, Cancellation)).Events.Select(summary => summary.Event.Id));
        }

        Assert.IsType<TransitionResult.Refused>(await backend.Ledger.RequeueAsync(Again(metadata.Id), Cancellation));
        Assert.Equal(WireFormat.Write(before), WireFormat.Write(await ReadAsync(metadata.Id)));
    }

    [Fact]
    public async Task An_outcome_a_step_and_a_kind_of_history_that_are_not_known_are_shown()
    {
        var metadata = Sample.Event(backend.Now);
        await AttemptAsync(metadata, EventStatus.Failed);
        await RequeueAsync(metadata.Id);
        await ChangeAsync(metadata.Id, "SET runs[0].o = :parked, runs[0].t[0] = :parked, history[0].k = :number");

        var record = Assert.IsType<EventRecord>(await FindAsync(metadata.Id));

        Assert.Equal((EventStatus.Queued, EventStatus.Unknown, "parked", "unknown"), (record.Status, record.Attempts[0].Outcome, record.Attempts[0].Steps[0].Name, record.History[0].Kind.ToText()));
        await AttemptAsync(metadata, EventStatus.Failed);
        var item = await ReadAsync(metadata.Id);
        Assert.Equal(("parked", "parked", "77"), (item["runs"].L[0].M["o"].S, item["runs"].L[0].M["t"].L[0].S, item["history"].L[0].M["k"].N));
    }

    private static EventQuery Day() => new() { Limit = 500 };

    private async Task AssertLeftAloneAsync(EventMetadata metadata, string form, params EventQuery[] queries)
    {
        var before = WireFormat.Write(await ReadAsync(metadata.Id));
        var record = Assert.IsType<EventRecord>(await FindAsync(metadata.Id));
        Assert.Equal((EventStatus.Unknown, form), (record.Status, record.StoredStatus));
        foreach (var query in queries)
        {
            var listed = await backend.Ledger.ListAsync(query with { Limit = 500 }, Cancellation);
            Assert.Equal((EventStatus.Unknown, form), Assert.Single(listed.Events, summary => summary.Event.Id == metadata.Id) is var shown ? (shown.Status, shown.StoredStatus) : default);
        }

        Assert.Equal(new ClaimResult.NotRunnable(EventStatus.Unknown), await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now) with { Payload = Sample.Pointer() }, Cancellation));
        Assert.IsType<TransitionResult.Refused>(await backend.Ledger.RequeueAsync(Again(metadata.Id), Cancellation));
        Assert.IsType<TransitionResult.Refused>(await backend.Ledger.CloseAsync(new CloseRequest(metadata.Id, EventStatus.Failed, null, Sample.Failure(), backend.Now), Cancellation));
        Assert.False(await backend.Ledger.AddEditedReplayAsync(metadata.Id, Sample.Id(backend.Now), Cancellation));
        Assert.Equal(before, WireFormat.Write(await ReadAsync(metadata.Id)));
    }

    private async Task CreateAsync(EventMetadata metadata) => await backend.AwsLedger.TryCreateAsync(metadata, null, Cancellation);

    private async Task AttemptAsync(EventMetadata metadata, EventStatus status, EntityKey? waitingOn = null)
    {
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation)).Record;
        var failure = status is EventStatus.Failed or EventStatus.Retrying ? Sample.Failure("print") : null;
        Assert.True(await backend.Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], status, backend.Now, failure), waitingOn, []), Cancellation));
    }

    private async Task RequeueAsync(EventId id) => Assert.IsType<TransitionResult.Done>(await backend.Ledger.RequeueAsync(Again(id), Cancellation));

    private Requeue Again(EventId id) =>
        new(id, [EventStatus.Failed, EventStatus.Waiting, EventStatus.Queued], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", backend.Now, null, 0));

    private Task<EventRecord?> FindAsync(EventId id) => backend.Ledger.FindAsync(id, Cancellation);

    /// <summary>Changes an item as a newer version might.</summary>
    private Task<UpdateItemResponse> ChangeAsync(EventId id, string update)
    {
        Dictionary<string, AttributeValue> values = new()
        {
            [":kept"] = new AttributeValue { M = new() { ["inner"] = new AttributeValue("kept") } },
            [":parked"] = new AttributeValue("parked"),
            [":number"] = new AttributeValue { N = "77" },
            [":newer"] = new AttributeValue { N = "2" },
            [":tags"] = new AttributeValue { SS = ["a", "b"] },
        };
        Dictionary<string, string> names = new() { ["#status"] = "status", ["#format"] = "format", ["#source"] = "source", ["#segment"] = "segment" };
        var used = values.Where(value => update.Contains(value.Key, StringComparison.Ordinal)).ToDictionary();
        var named = names.Where(name => update.Contains(name.Key, StringComparison.Ordinal)).ToDictionary();
        return backend.Database.UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = backend.EventsTable,
                Key = EventKeys.KeyOf(id),
                UpdateExpression = update,
                ExpressionAttributeValues = used.Count == 0 ? null : used,
                ExpressionAttributeNames = named.Count == 0 ? null : named,
            },
            Cancellation);
    }

    private async Task<Dictionary<string, AttributeValue>> ReadAsync(EventId id) =>
        (await backend.Database.GetItemAsync(new GetItemRequest(backend.EventsTable, EventKeys.KeyOf(id), consistentRead: true), Cancellation)).Item;
}
