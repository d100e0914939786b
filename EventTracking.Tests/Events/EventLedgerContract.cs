using EventTracking.Core.Events;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Events;

/// <summary>How every ledger stores and claims a single event, and the outcomes of its attempts.</summary>
public abstract class EventLedgerContract(BackendFixture backend) : LedgerContract(backend)
{
    [Fact]
    public async Task Does_not_find_what_was_never_stored() =>
        Assert.Null(await Ledger.FindAsync(Sample.Id(Now), Cancellation));

    [Fact]
    public async Task Returns_an_event_as_it_was_accepted()
    {
        var metadata = Sample.Event(Now) with { CausationId = Sample.Id(Now) };
        await Backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);

        var record = await FindAsync(metadata.Id);

        Assert.Equal(metadata, record.Event);
        Assert.Equal(EventStatus.Queued, record.Status);
        Assert.Equal(0, record.AttemptCount);
        Assert.Empty(record.Attempts);
    }

    [Fact]
    public async Task Returns_an_event_without_what_is_optional()
    {
        var metadata = Sample.Event(Now) with { Entity = null, TraceId = null };
        await ClaimAsync(metadata);

        Assert.Equal(metadata, (await FindAsync(metadata.Id)).Event);
    }

    [Fact]
    public async Task Claims_an_event_whose_record_is_late()
    {
        var metadata = Sample.Event(Now);
        var pointer = Sample.Pointer(17);

        var claimed = Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(Sample.Claim(metadata, Now) with { Payload = pointer }, Cancellation));

        Assert.Equal(pointer, claimed.Record.Payload);
        Assert.Equal(1, claimed.Record.AttemptCount);
        Assert.Equivalent(await FindAsync(metadata.Id), claimed.Record);
    }

    [Fact]
    public async Task Lets_one_of_many_claims_win()
    {
        var metadata = Sample.Event(Now);
        await Backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);
        var now = Now;

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => Ledger.ClaimAsync(Sample.Claim(metadata, now), Cancellation), Cancellation)));

        Assert.Single(results.OfType<ClaimResult.Claimed>());
        Assert.All(results.OfType<ClaimResult.Leased>(), leased => Assert.Equal(new ClaimResult.Leased(1, now + TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)), leased));
        Assert.Equal(39, results.OfType<ClaimResult.Leased>().Count());
        Assert.Equal(1, (await FindAsync(metadata.Id)).AttemptCount);
    }

    [Fact]
    public async Task Keeps_the_stored_pointer_when_a_claim_brings_none()
    {
        var metadata = Sample.Event(Now);
        await Ledger.ClaimAsync(Sample.Claim(metadata, Now) with { Payload = Sample.Pointer(3) }, Cancellation);

        var claimed = Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(Sample.Claim(metadata, Now) with { Over = 1 }, Cancellation));

        Assert.Equal(Sample.Pointer(3), claimed.Record.Payload);
    }

    // A claim by a clock that is right, two hours ahead or two hours behind.
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task Takes_over_from_an_attempt_whose_lease_is_over_whatever_the_clock_shows(int hours)
    {
        var metadata = Sample.Event(Now);
        await ClaimAsync(metadata);
        Assert.True(await Ledger.CheckpointAsync(metadata.Id, 1, [new Step(3, "payload read")], Cancellation));
        var claim = Sample.Claim(metadata, Now.AddHours(hours));

        var held = new ClaimResult.Leased(1, Now.AddMinutes(5), TimeSpan.FromMinutes(5));
        Assert.Equal(held, await Ledger.ClaimAsync(claim, Cancellation));
        Assert.Equal(held, await Ledger.ClaimAsync(claim with { Over = 2 }, Cancellation));
        var claimed = Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(claim with { Over = 1 }, Cancellation));

        Assert.Equal(2, claimed.Record.AttemptCount);
        Assert.Equal([1, 2], claimed.Record.Attempts.Select(attempt => attempt.Number));
        Assert.Null(claimed.Record.Attempts[0].EndedAt);
        Assert.Equal([new Step(3, "payload read")], claimed.Record.Attempts[0].Steps);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Claims_a_retry_when_its_backoff_is_over(int attempts)
    {
        var metadata = Sample.Event(Now);
        var retryAt = Now + TimeSpan.FromMinutes(3);
        for (var attempt = 1; attempt <= attempts; attempt++)
        {
            var ended = Sample.End((await ClaimAsync(metadata)).Attempts[^1], EventStatus.Retrying, Now, Sample.Failure());
            Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, ended, null, []) { RetryAt = attempt == attempts ? retryAt : null }, Cancellation));
        }

        var retrying = await FindAsync(metadata.Id);
        Assert.Equal((null, retryAt), (retrying.LeaseUntil, retrying.RetryAt));
        var refused = Assert.IsType<ClaimResult.TooEarly>(await Ledger.ClaimAsync(Sample.Claim(metadata, retryAt - EventTransitions.EarlyRetry - TimeSpan.FromMilliseconds(1)), Cancellation));
        Assert.Equal(TimeSpan.FromMilliseconds(1001), refused.Left);
        var claimed = Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(Sample.Claim(metadata, retryAt - EventTransitions.EarlyRetry), Cancellation));
        Assert.Equal(attempts + 1, claimed.Record.AttemptCount);
    }

    // A backoff of three minutes, which a claim finds to begin at most a minute from now, or else by a clock that was wrong.
    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    [InlineData(7200, true)]
    public async Task Does_not_believe_in_a_backoff_that_begins_long_from_now(int secondsAhead, bool claimed)
    {
        var metadata = Sample.Event(Now);
        var ended = Sample.End((await ClaimAsync(metadata)).Attempts[^1], EventStatus.Retrying, Now, Sample.Failure());
        Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, ended, null, []) { RetryAt = Now.AddMinutes(3) }, Cancellation));

        var result = await Ledger.ClaimAsync(Sample.Claim(metadata, Now.AddSeconds(-secondsAhead)), Cancellation);

        if (claimed)
        {
            Assert.IsType<ClaimResult.Claimed>(result);
        }
        else
        {
            Assert.Equal(new ClaimResult.TooEarly(TimeSpan.FromMinutes(3)), result);
        }
    }

    [Theory]
    [InlineData(EventStatus.Succeeded)]
    [InlineData(EventStatus.Superseded)]
    [InlineData(EventStatus.Ignored)]
    [InlineData(EventStatus.Failed)]
    [InlineData(EventStatus.Waiting)]
    public async Task Refuses_to_claim_what_cannot_run(EventStatus status)
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, status);

        var refused = Assert.IsType<ClaimResult.NotRunnable>(await Ledger.ClaimAsync(Sample.Claim(metadata, Now), Cancellation));

        Assert.Equal(status, refused.Status);
    }

    [Fact]
    public async Task Stores_an_outcome_with_all_that_belongs_to_it()
    {
        var metadata = Sample.Event(Now);
        var claimed = await ClaimAsync(metadata);
        var ended = Sample.End(claimed.Attempts[^1], EventStatus.Failed, Now, Sample.Failure()) with { Detail = "gave up" };
        List<EventId> effects = [Sample.Id(Now), Sample.Id(Now)];

        Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, ended, null, effects), Cancellation));

        var record = await FindAsync(metadata.Id);
        Assert.Equal(EventStatus.Failed, record.Status);
        Assert.Null(record.LeaseUntil);
        Assert.Equivalent(ended, Assert.Single(record.Attempts), strict: true);
        Assert.Equivalent(ended.Failure, record.Error);
        Assert.Equal(effects, record.Effects);
        Assert.Equal(2, record.EffectCount);
    }

    [Fact]
    public async Task Refuses_the_outcome_of_an_attempt_that_lost_the_event()
    {
        var metadata = Sample.Event(Now);
        var first = await ClaimAsync(metadata);
        var later = Now + TimeSpan.FromMinutes(6);
        var second = Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(Sample.Claim(metadata, later) with { Over = 1 }, Cancellation)).Record;

        Assert.False(await Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(first.Attempts[^1], EventStatus.Failed, later), null, []), Cancellation));
        Assert.False(await Ledger.CheckpointAsync(metadata.Id, 1, [new Step(1, "late")], Cancellation));
        Assert.Equivalent(second, await FindAsync(metadata.Id));
        Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(second.Attempts[^1], EventStatus.Succeeded, later), null, []), Cancellation));
        Assert.False(await Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(second.Attempts[^1], EventStatus.Failed, later), null, []), Cancellation));
        Assert.Equal(EventStatus.Succeeded, (await FindAsync(metadata.Id)).Status);
    }

    [Fact]
    public async Task Keeps_the_newest_attempts()
    {
        var metadata = Sample.Event(Now);
        for (var attempt = 0; attempt < IEventLedger.AttemptsKept + 2; attempt++)
        {
            await CompleteAsync(metadata, EventStatus.Retrying, Sample.Failure());
        }

        var record = await FindAsync(metadata.Id);
        Assert.Equal(Enumerable.Range(3, IEventLedger.AttemptsKept), record.Attempts.Select(attempt => attempt.Number));
        Assert.Equal(IEventLedger.AttemptsKept + 2, record.AttemptCount);
    }

    [Fact]
    public async Task Queues_a_postponed_event_again_and_keeps_its_failures_however_often_it_is_postponed()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Queued);
        Assert.Equal((EventStatus.Queued, 1, 1, 0), Counts(await FindAsync(metadata.Id)));
        await CompleteAsync(metadata, EventStatus.Retrying, Sample.Failure());
        for (var run = 0; run < IEventLedger.AttemptsKept + 5; run++)
        {
            await CompleteAsync(metadata, EventStatus.Queued);
        }

        var postponed = await FindAsync(metadata.Id);
        Assert.Equal((EventStatus.Queued, IEventLedger.AttemptsKept + 7, IEventLedger.AttemptsKept + 6, 1), Counts(postponed));
        Assert.Equal([1, 2, IEventLedger.AttemptsKept + 7], postponed.Attempts.Select(attempt => attempt.Number));
        Assert.NotNull(postponed.Attempts[1].Failure?.Stack);
        var claimed = await ClaimAsync(metadata);
        Assert.Equal([1, 2, IEventLedger.AttemptsKept + 7, IEventLedger.AttemptsKept + 8], claimed.Attempts.Select(attempt => attempt.Number));
        Assert.True(await Ledger.CheckpointAsync(metadata.Id, claimed.AttemptCount, [new Step(7, "read")], Cancellation));
        var running = await FindAsync(metadata.Id);
        Assert.Equal([2, 2, 2, 1], running.Attempts.Select(attempt => attempt.Steps.Count));
        Assert.Equal(claimed.Attempts.Select(attempt => attempt.Number), running.Attempts.Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task Stores_the_steps_of_a_second_attempt_whose_number_is_not_its_place()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Queued);
        await CompleteAsync(metadata, EventStatus.Queued);
        await ClaimAsync(metadata);

        Assert.True(await Ledger.CheckpointAsync(metadata.Id, 3, [new Step(7, "read")], Cancellation));

        Assert.Equal([(2, 2), (3, 1)], (await FindAsync(metadata.Id)).Attempts.Select(attempt => (attempt.Number, attempt.Steps.Count)));
    }

    [Fact]
    public async Task Counts_postponed_runs_anew_after_a_replay_and_does_not_take_them_for_a_replay_that_was_not_sent()
    {
        var metadata = Sample.Event(Now);
        await CompleteAsync(metadata, EventStatus.Queued);
        await CompleteAsync(metadata, EventStatus.Failed, Sample.Failure());
        await RequeueAsync(metadata.Id, null, EventStatus.Failed);
        Assert.Equal((EventStatus.Queued, 2, 0, 0), Counts(await FindAsync(metadata.Id)));

        await CompleteAsync(metadata, EventStatus.Queued);

        Assert.Equal((EventStatus.Queued, 3, 1, 0), Counts(await FindAsync(metadata.Id)));
        Assert.DoesNotContain(await Ledger.ListRequeuedAsync(null, 1000, Cancellation), summary => summary.Event.Id == metadata.Id);
    }

    [Fact]
    public async Task Keeps_one_stack_trace_for_each_cause_that_of_the_newest_attempt()
    {
        var metadata = Sample.Event(Now);
        var (first, second) = (Sample.Failure(), Sample.Failure());
        await CompleteAsync(metadata, EventStatus.Retrying, first with { Stack = "at First" });
        await CompleteAsync(metadata, EventStatus.Retrying, second with { Stack = "at Second" });
        await CompleteAsync(metadata, EventStatus.Retrying, first with { Stack = "at First again" });
        Assert.Equal([null, "at Second", "at First again"], (await FindAsync(metadata.Id)).Attempts.Select(attempt => attempt.Failure?.Stack));

        await CompleteAsync(metadata, EventStatus.Retrying, second with { Stack = null });

        var record = await FindAsync(metadata.Id);
        // The last attempt has no stack of its own that could stand for the others.
        Assert.Equal([null, "at Second", "at First again", null], record.Attempts.Select(attempt => attempt.Failure?.Stack));
        Assert.Equivalent(first with { Stack = null }, record.Attempts[0].Failure, strict: true);
    }

    [Fact]
    public async Task Keeps_the_first_effects_and_counts_the_others()
    {
        var metadata = Sample.Event(Now);
        var claimed = await ClaimAsync(metadata);
        List<EventId> effects = [.. Enumerable.Range(0, IEventLedger.EffectsKept + 5).Select(_ => Sample.Id(Now))];

        await Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], EventStatus.Succeeded, Now), null, effects), Cancellation);

        var record = await FindAsync(metadata.Id);
        Assert.Equal(effects.Take(IEventLedger.EffectsKept), record.Effects);
        Assert.Equal(effects.Count, record.EffectCount);
    }

    private static (EventStatus Status, int Attempts, int Postponed, int Counted) Counts(EventRecord record) =>
        (record.Status, record.AttemptCount, record.PostponedCount, record.AttemptsSinceReplay);
}
