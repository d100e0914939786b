using EventTracking.Core.Backends.Embedded.Storage;
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

    [Fact]
    public async Task An_event_with_a_status_that_is_not_known_keeps_its_item_for_the_newer_version()
    {
        var metadata = await AcceptAsync();
        await RunAsync($"UPDATE events SET status = 9 WHERE id = '{metadata.Id}'");

        await ReceiveTooOftenAsync(metadata.Function);

        Assert.Equal(new QueueDepth(1, 0), await backend.Queue.GetDepthAsync(metadata.Function, Cancellation));
        await RunAsync($"UPDATE events SET status = 0 WHERE id = '{metadata.Id}'");
        Assert.Empty(await backend.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
        Assert.Equal(EventStatus.Failed, (await FindAsync(metadata.Id)).Status);
    }

    [Fact]
    public async Task A_letter_of_an_earlier_version_is_gone_after_a_start()
    {
        await using var own = new EmbeddedBackend();
        await own.InitializeAsync();
        await own.Store.WriteAsync(scope => Run(scope, "INSERT INTO dead_letters (function, event_row, sent_at, died_at) VALUES ('probe', 1, 0, 0)"), Cancellation);

        await own.ReopenAsync();

        Assert.Equal(0, own.Store.Read(database => database.GetNumber("SELECT count(*) FROM dead_letters")));
    }

    private static bool Run(WriteScope scope, string sql)
    {
        scope.Database.Run(sql);
        return true;
    }

    private Task<bool> RunAsync(string sql) => backend.Store.WriteAsync(scope => Run(scope, sql), Cancellation);

    private async Task DeadLetterAsync(string function)
    {
        await ReceiveTooOftenAsync(function);

        // Nothing is left that operators would have to be told about: the event is a failure like any other.
        Assert.Equal(new QueueDepth(0, 0), await backend.Queue.GetDepthAsync(function, Cancellation));
    }

    private async Task ReceiveTooOftenAsync(string function)
    {
        for (var receive = 0; receive <= IWorkQueue.ReceivesBeforeDeadLetter; receive++)
        {
            foreach (var item in await backend.Queue.ReceiveAsync(function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation))
            {
                await backend.Queue.DeferAsync(item, TimeSpan.Zero, Cancellation);
            }
        }
    }

    private async Task<EventMetadata> AcceptAsync()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);
        return metadata;
    }

    private async Task<EventRecord> FindAsync(EventId id) => Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(id, Cancellation));
}
