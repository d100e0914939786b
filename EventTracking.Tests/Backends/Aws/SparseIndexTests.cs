using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>After each transition an event is in exactly the indexes that its state calls for.</summary>
public sealed class SparseIndexTests(DynamoBackend backend) : IClassFixture<DynamoBackend>
{
    private static readonly EntityKey Dependency = new("product", "1008");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_transition_leaves_exactly_the_marks_of_its_state()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.AwsLedger.TryCreateAsync(metadata, null, Cancellation);
        await ExpectAsync(metadata, null);
        await ClaimAsync(metadata);
        await ExpectAsync(metadata, null);

        await CompleteAsync(metadata, 1, EventStatus.Retrying);
        await ExpectAsync(metadata, "retrying", failed: true);
        await ClaimAsync(metadata);
        await ExpectAsync(metadata, null);

        await CompleteAsync(metadata, 2, EventStatus.Waiting);
        await ExpectAsync(metadata, "waiting", waiting: true);
        await RequeueAsync(metadata, EventStatus.Waiting, Dependency);
        await ExpectAsync(metadata, "requeued");
        await ClaimAsync(metadata);
        await ExpectAsync(metadata, null);

        await CompleteAsync(metadata, 3, EventStatus.Failed);
        await ExpectAsync(metadata, "failed", failed: true, final: true);
        await RequeueAsync(metadata, EventStatus.Failed, null);
        await ExpectAsync(metadata, "requeued");
        await ClaimAsync(metadata);
        await CompleteAsync(metadata, 4, EventStatus.Failed);
        await CloseAsync(metadata, EventStatus.Dismissed);
        await ExpectAsync(metadata, null, final: true);
        await RequeueAsync(metadata, EventStatus.Dismissed, null);
        await ExpectAsync(metadata, "requeued");
        await ClaimAsync(metadata);
        await CompleteAsync(metadata, 5, EventStatus.Succeeded);
        await ExpectAsync(metadata, null, final: true);
    }

    [Theory]
    [InlineData(EventStatus.Succeeded, null, false, false, true)]
    [InlineData(EventStatus.Superseded, null, false, false, true)]
    [InlineData(EventStatus.Ignored, null, false, false, true)]
    [InlineData(EventStatus.Waiting, "waiting", true, false, false)]
    [InlineData(EventStatus.Retrying, "retrying", false, true, false)]
    [InlineData(EventStatus.Failed, "failed", false, true, true)]
    public async Task The_first_attempt_leaves_the_marks_of_its_outcome(EventStatus status, string? attention, bool waiting, bool failed, bool final)
    {
        var metadata = Sample.Event(backend.Now);
        await ClaimAsync(metadata);
        await CompleteAsync(metadata, 1, status);
        await ExpectAsync(metadata, attention, waiting, failed, final);

        if (status == EventStatus.Waiting)
        {
            await CloseAsync(metadata, EventStatus.Failed);
            await ExpectAsync(metadata, "failed", failed: true, final: true);
        }
    }

    // A delivery that was a month late.
    [Theory]
    [InlineData(EventStatus.Succeeded, null)]
    [InlineData(EventStatus.Retrying, "retrying")]
    public async Task A_late_event_is_marked_until_it_ends(EventStatus status, string? attention)
    {
        var metadata = Sample.Event(backend.Now) with { Id = Sample.Id(backend.Now.AddDays(-30)) };
        await backend.AwsLedger.TryCreateAsync(metadata, null, Cancellation);
        await ExpectAsync(metadata, "late");
        await ClaimAsync(metadata);
        await ExpectAsync(metadata, "late");
        await CompleteAsync(metadata, 1, status);
        await ExpectAsync(metadata, attention, failed: status == EventStatus.Retrying, final: status == EventStatus.Succeeded);

        if (status == EventStatus.Retrying)
        {
            await ClaimAsync(metadata);
            await ExpectAsync(metadata, "late");
            await CompleteAsync(metadata, 2, EventStatus.Succeeded);
            await ExpectAsync(metadata, null, final: true);
        }
    }

    private async Task ExpectAsync(EventMetadata metadata, string? attention, bool waiting = false, bool failed = false, bool final = false)
    {
        var item = (await backend.Database.GetItemAsync(new GetItemRequest(backend.EventsTable, EventKeys.KeyOf(metadata.Id), consistentRead: true), Cancellation)).Item;
        Assert.Equal(attention, item.FindText(EventsTable.Attention)?[..^2]);
        Assert.Equal(waiting ? Dependency.ToString() : null, item.FindText(EventsTable.WaitingOn));
        Assert.Equal(failed, item.ContainsKey(EventsTable.Fingerprint));
        Assert.Equal(failed, item.ContainsKey(EventsTable.Error));
        Assert.Equal(final, item.ContainsKey(EventsTable.ExpiresAt));
        Assert.Equal(metadata.Entity.ToString(), item.FindText(EventsTable.Entity));

        // A listing returns exactly the attributes that the index carries.
        if (attention is not null)
        {
            var shard = EventKeys.ShardOf(metadata.Id);
            var id = metadata.Id.ToString();
            var found = await backend.Database.QueryAsync(EventQueries.Attention(backend.EventsTable, attention, shard, new IdRange(id, id), newestFirst: true, new EventQuery()), Cancellation);
            Assert.Equal(EventItems.ReadSummary(item), EventItems.ReadSummary(Assert.Single(found.Items)));
            if (EventStatusText.TryParse(attention, out var status))
            {
                var ticks = item.GetNumber(EventsTable.UpdatedAt);
                var filter = new EventQuery { Source = metadata.Source, Topic = metadata.Topic, Function = metadata.Function, Entity = metadata.Entity };
                var listed = await backend.Database.QueryAsync(EventQueries.AttentionByTime(backend.EventsTable, status, shard, new TimeRange(ticks, ticks), filter), Cancellation);
                Assert.Equal(EventItems.ReadSummary(item), EventItems.ReadSummary(Assert.Single(listed.Items)));
            }
        }
    }

    private async Task ClaimAsync(EventMetadata metadata) =>
        Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation));

    private async Task CompleteAsync(EventMetadata metadata, int number, EventStatus status)
    {
        var failure = status is EventStatus.Failed or EventStatus.Retrying ? Sample.Failure() : null;
        var attempt = new Attempt(number, backend.Now, backend.Now, status, null, [], failure);
        Assert.True(await backend.Ledger.CompleteAsync(new Completion(metadata.Id, attempt, status == EventStatus.Waiting ? Dependency : null, []), Cancellation));
    }

    private async Task RequeueAsync(EventMetadata metadata, EventStatus from, EntityKey? dependency) =>
        Assert.IsType<TransitionResult.Done>(await backend.Ledger.RequeueAsync(new Requeue(metadata.Id, [from], dependency, new HistoryEntry(HistoryEntryKind.Replay, "ann", backend.Now, null, 0)), Cancellation));

    private async Task CloseAsync(EventMetadata metadata, EventStatus status) =>
        Assert.IsType<TransitionResult.Done>(await backend.Ledger.CloseAsync(new CloseRequest(metadata.Id, status, null, status == EventStatus.Failed ? Sample.Failure() : null, backend.Now), Cancellation));
}
