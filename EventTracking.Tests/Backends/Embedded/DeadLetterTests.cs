using EventTracking.Core.Events;
using EventTracking.Core.Queue;
using EventTracking.Tests.Queue;

namespace EventTracking.Tests.Backends.Embedded;

/// <summary>What happens to an event whose work item is dead-lettered.</summary>
public sealed class DeadLetterTests(EmbeddedBackend backend) : IClassFixture<EmbeddedBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_that_was_never_claimed_fails_and_can_be_replayed()
    {
        var metadata = await AcceptAsync();

        await DeadLetterAsync(metadata.Function);

        var record = await FindAsync(metadata.Id);
        Assert.Equal((EventStatus.Failed, 1), (record.Status, record.AttemptCount));
        Assert.Equal(("dead-letter", "dead-letter"), (record.Error?.Type, record.Error?.Code));
        Assert.NotEmpty(Assert.IsType<Failure>(record.Error).Fingerprint);
        Assert.Contains(backend.Logs.Text.Split('\n'), line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(metadata.Id.ToString(), StringComparison.Ordinal));
        var requeue = new Requeue(metadata.Id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "otto", backend.Now, null, 0));
        Assert.IsType<TransitionResult.Done>(await backend.Ledger.RequeueAsync(requeue, Cancellation));
    }

    [Fact]
    public async Task An_attempt_that_still_ran_ends_with_it()
    {
        var metadata = await AcceptAsync();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation)).Record;

        await DeadLetterAsync(metadata.Function);

        var record = await FindAsync(metadata.Id);
        Assert.Equal((EventStatus.Failed, 1, null), (record.Status, record.AttemptCount, record.LeaseUntil));
        Assert.Equal(EventStatus.Failed, Assert.Single(record.Attempts).Outcome);
        var late = new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], EventStatus.Succeeded, backend.Now), null, []);
        Assert.False(await backend.Ledger.CompleteAsync(late, Cancellation));
    }

    [Fact]
    public async Task A_final_event_keeps_its_end()
    {
        var metadata = await AcceptAsync();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation)).Record;
        await backend.Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], EventStatus.Succeeded, backend.Now), null, []), Cancellation);

        await DeadLetterAsync(metadata.Function);

        Assert.Equal(EventStatus.Succeeded, (await FindAsync(metadata.Id)).Status);
    }

    private async Task DeadLetterAsync(string function)
    {
        for (var receive = 0; receive <= IWorkQueue.ReceivesBeforeDeadLetter; receive++)
        {
            foreach (var item in await backend.Queue.ReceiveAsync(function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation))
            {
                await backend.Queue.DeferAsync(item, TimeSpan.Zero, Cancellation);
            }
        }

        Assert.Equal(new QueueDepth(0, 1), await backend.Queue.GetDepthAsync(function, Cancellation));
    }

    private async Task<EventMetadata> AcceptAsync()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);
        return metadata;
    }

    private async Task<EventRecord> FindAsync(EventId id) => Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(id, Cancellation));
}
