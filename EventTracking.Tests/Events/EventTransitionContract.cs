using EventTracking.Core.Events;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Events;

/// <summary>How every ledger queues an event again, releases it and closes it.</summary>
public abstract class EventTransitionContract(BackendFixture backend) : LedgerContract(backend)
{
    [Fact]
    public async Task Sets_a_failed_event_back_to_received()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Failed, Sample.Failure());
        var entry = new HistoryEntry(HistoryEntryKind.Replay, "alice", Now, "shop was down", AfterAttempt: 0);

        var done = Assert.IsType<TransitionResult.Done>(await Ledger.RequeueAsync(new Requeue(metadata.Id, [EventStatus.Failed], null, entry) { Function = "elsewhere" }, Cancellation));

        Assert.Equivalent(await FindAsync(metadata.Id), done.Record);
        Assert.Equal(EventStatus.Queued, done.Record.Status);
        Assert.Equal("elsewhere", done.Record.Event.Function);
        Assert.Equal(entry with { AfterAttempt = 1 }, Assert.Single(done.Record.History));
        Assert.Equal(0, done.Record.AttemptsSinceReplay);
        Assert.Equal(2, (await ClaimAsync(metadata)).AttemptCount);
    }

    [Fact]
    public async Task Refuses_to_requeue_from_another_status()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Succeeded);

        var refused = Assert.IsType<TransitionResult.Refused>(await RequeueAsync(metadata.Id, null, EventStatus.Failed, EventStatus.Waiting));

        Assert.Equal(EventStatus.Succeeded, refused.Status);
        Assert.IsType<TransitionResult.NotFound>(await RequeueAsync(Sample.Id(Now), null, EventStatus.Failed));
    }

    [Fact]
    public async Task Refuses_to_requeue_for_a_function_that_is_not_there()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Failed, Sample.Failure());
        var failed = await FindAsync(metadata.Id);
        var requeue = new Requeue(metadata.Id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "alice", Now, null, 0)) { Functions = new HashSet<string> { "another" } };

        var unknown = Assert.IsType<TransitionResult.FunctionUnknown>(await Ledger.RequeueAsync(requeue, Cancellation));

        Assert.Equal(metadata.Function, unknown.Function);
        Assert.Equivalent(failed, await FindAsync(metadata.Id));
        Assert.IsType<TransitionResult.Done>(await Ledger.RequeueAsync(requeue with { Function = "another" }, Cancellation));
    }

    [Fact]
    public async Task A_job_sets_an_event_back_once_however_often_it_fails_and_whoever_asks_again()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Failed, Sample.Failure());
        var entry = new HistoryEntry(HistoryEntryKind.BulkReplay, "alice", Now, null, 0) { Job = "job" };
        var requeue = new Requeue(metadata.Id, [EventStatus.Failed], null, entry) { Attempts = 1 };

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Ledger.RequeueAsync(requeue, Cancellation)));
        Assert.Single(results.OfType<TransitionResult.Done>());
        Assert.Equal(9, results.OfType<TransitionResult.Repeated>().Count());
        Assert.Equal(entry with { AfterAttempt = 1 }, Assert.Single((await FindAsync(metadata.Id)).History));

        await CompleteAsync(metadata, EventStatus.Failed, Sample.Failure());
        var repeated = Assert.IsType<TransitionResult.Repeated>(await Ledger.RequeueAsync(requeue, Cancellation));
        Assert.Equal(EventStatus.Failed, repeated.Record.Status);

        // Another job has not, but has to have seen the last attempt.
        Assert.IsType<TransitionResult.Refused>(await Ledger.RequeueAsync(requeue with { HistoryEntry = entry with { Job = "other" } }, Cancellation));
        Assert.IsType<TransitionResult.Done>(await Ledger.RequeueAsync(requeue with { Attempts = 2, HistoryEntry = entry with { Job = "other" } }, Cancellation));
    }

    [Fact]
    public async Task A_job_dismisses_an_event_once()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Failed, Sample.Failure());
        var entry = new HistoryEntry(HistoryEntryKind.Dismissal, "alice", Now, "test orders", 0) { Job = "job" };
        var request = new CloseRequest(metadata.Id, EventStatus.Dismissed, entry, null, Now) { Attempts = 1 };

        Assert.IsType<TransitionResult.Refused>(await Ledger.CloseAsync(request with { Attempts = 2 }, Cancellation));
        Assert.IsType<TransitionResult.Done>(await Ledger.CloseAsync(request, Cancellation));
        Assert.IsType<TransitionResult.Repeated>(await Ledger.CloseAsync(request, Cancellation));
        Assert.Equal("job", Assert.Single((await FindAsync(metadata.Id)).History).Job);
    }

    [Fact]
    public async Task Lets_one_of_many_requeues_win()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Failed, Sample.Failure());

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RequeueAsync(metadata.Id, null, EventStatus.Failed)));

        Assert.Single(results.OfType<TransitionResult.Done>());
        Assert.Single((await FindAsync(metadata.Id)).History);
    }

    [Fact]
    public async Task Releases_only_what_waits_for_the_dependency()
    {
        var metadata = Sample.Event(Now);
        var dependency = new EntityKey("product", Sample.Name("id"));
        await CompleteAsync(metadata, EventStatus.Waiting, waitingOn: dependency);
        Assert.Equal(dependency, (await FindAsync(metadata.Id)).WaitingOn);

        Assert.IsType<TransitionResult.Refused>(await RequeueAsync(metadata.Id, new EntityKey("product", "another"), EventStatus.Waiting));
        var done = Assert.IsType<TransitionResult.Done>(await RequeueAsync(metadata.Id, dependency, EventStatus.Waiting));

        Assert.Null(done.Record.WaitingOn);
        Assert.Empty(await Ledger.ListWaitingAsync(dependency, null, 10, Cancellation));
    }

    [Fact]
    public async Task Dismisses_a_failed_event()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Failed, Sample.Failure());
        var entry = new HistoryEntry(HistoryEntryKind.Dismissal, "bob", Now, "test shop", AfterAttempt: 0);

        var done = Assert.IsType<TransitionResult.Done>(await Ledger.CloseAsync(new CloseRequest(metadata.Id, EventStatus.Dismissed, entry, null, Now), Cancellation));

        Assert.Equal(EventStatus.Dismissed, done.Record.Status);
        Assert.Equal(entry with { AfterAttempt = 1 }, Assert.Single(done.Record.History));
        Assert.Equivalent(await FindAsync(metadata.Id), done.Record);
    }

    [Fact]
    public async Task An_event_that_is_to_be_retried_is_requeued_or_dismissed_and_its_old_item_finds_nothing_that_holds_it_back()
    {
        var (replayed, dismissed) = (Sample.Event(Now), Sample.Event(Now));
        foreach (var metadata in new[] { replayed, dismissed })
        {
            var claimed = Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(new Claim(metadata, null, Now, Now.AddMinutes(1)), Cancellation));
            var attempt = claimed.Record.Attempts[^1] with { EndedAt = Now, Outcome = EventStatus.Retrying, Failure = Sample.Failure() };
            Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, attempt, null, []) { RetryAt = Now.AddHours(1) }, Cancellation));
            Assert.IsType<ClaimResult.TooEarly>(await Ledger.ClaimAsync(new Claim(metadata, null, Now, Now.AddMinutes(1)), Cancellation));
        }

        Assert.IsType<TransitionResult.Done>(await RequeueAsync(replayed.Id, null, EventStatus.Retrying));
        var entry = new HistoryEntry(HistoryEntryKind.Dismissal, "bob", Now, "test shop", AfterAttempt: 0);
        Assert.IsType<TransitionResult.Done>(await Ledger.CloseAsync(new CloseRequest(dismissed.Id, EventStatus.Dismissed, entry, null, Now), Cancellation));

        Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(new Claim(replayed, null, Now, Now.AddMinutes(1)), Cancellation));
        Assert.Equal(new ClaimResult.NotRunnable(EventStatus.Dismissed), await Ledger.ClaimAsync(new Claim(dismissed, null, Now.AddHours(2), Now.AddHours(3)), Cancellation));
        Assert.Null((await FindAsync(dismissed.Id)).RetryAt);
        Assert.DoesNotContain((await Ledger.ListAsync(new EventQuery { Status = EventStatus.Retrying, Source = dismissed.Source }, Cancellation)).Events, summary => summary.Event.Id == dismissed.Id);
    }

    [Fact]
    public async Task Fails_an_event_that_waited_too_long()
    {
        var metadata = Sample.Event(Now);
        var dependency = new EntityKey("product", Sample.Name("id"));
        await CompleteAsync(metadata, EventStatus.Waiting, waitingOn: dependency);
        var failure = Sample.Failure();

        var done = Assert.IsType<TransitionResult.Done>(await Ledger.CloseAsync(new CloseRequest(metadata.Id, EventStatus.Failed, null, failure, Now), Cancellation));

        Assert.Equal(EventStatus.Failed, done.Record.Status);
        Assert.Null(done.Record.WaitingOn);
        Assert.Equivalent(failure, done.Record.Error);
        Assert.Empty(await Ledger.ListWaitingAsync(dependency, null, 10, Cancellation));
        var listed = Assert.Single((await Ledger.ListAsync(new EventQuery { Fingerprint = failure.Fingerprint }, Cancellation)).Events);
        Assert.Equal(failure.Message, listed.ErrorText);
    }

    [Fact]
    public async Task Refuses_to_close_what_is_not_failed_or_waiting()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Succeeded);

        var refused = Assert.IsType<TransitionResult.Refused>(await Ledger.CloseAsync(new CloseRequest(metadata.Id, EventStatus.Dismissed, null, null, Now), Cancellation));

        Assert.Equal(EventStatus.Succeeded, refused.Status);
        Assert.IsType<TransitionResult.NotFound>(await Ledger.CloseAsync(new CloseRequest(Sample.Id(Now), EventStatus.Dismissed, null, null, Now), Cancellation));
    }
}
