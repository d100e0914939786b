using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Replay;

/// <summary>How an event ended in a job, whatever was done to it before and after.</summary>
public class ReplayOutcomeTests
{
    private const string Job = "job";

    [Fact]
    public void What_a_job_has_not_touched_has_no_outcome() =>
        Assert.Null(ReplayOutcome.Of(Record(EventStatus.Failed, [Ended(1, EventStatus.Failed)], Entry(HistoryEntryKind.Replay, 1)), Job));

    [Theory]
    [InlineData(EventStatus.Succeeded)]
    [InlineData(EventStatus.Failed)]
    [InlineData(EventStatus.Retrying)]
    [InlineData(EventStatus.Waiting)]
    public void It_is_the_present_status_as_long_as_nobody_else_did_anything(EventStatus status) =>
        Assert.Equal(status, ReplayOutcome.Of(Record(status, [Ended(1, EventStatus.Failed), Ended(2, status)], Own(1)), Job)?.Status);

    [Fact]
    public void Before_it_has_run_it_has_no_failure()
    {
        Assert.Null(ReplayOutcome.Of(Record(EventStatus.Queued, [Ended(1, EventStatus.Failed)], Own(1)), Job)?.Failure);
        Assert.NotNull(ReplayOutcome.Of(Record(EventStatus.Failed, [Ended(1, EventStatus.Failed), Ended(2, EventStatus.Failed)], Own(1)), Job)?.Failure);
    }

    [Fact]
    public void It_stays_though_the_event_is_replayed_or_dismissed_later()
    {
        Attempt[] attempts = [Ended(1, EventStatus.Failed), Ended(2, EventStatus.Failed), Ended(3, EventStatus.Succeeded)];

        Assert.Equal(EventStatus.Failed, ReplayOutcome.Of(Record(EventStatus.Succeeded, attempts, Own(1), Entry(HistoryEntryKind.Replay, 2)), Job)?.Status);
        Assert.Equal(EventStatus.Failed, ReplayOutcome.Of(Record(EventStatus.Succeeded, attempts, Own(1), Entry(HistoryEntryKind.BulkReplay, 2) with { Job = "other" }), Job)?.Status);
        Assert.Equal(EventStatus.Failed, ReplayOutcome.Of(Record(EventStatus.Dismissed, attempts[..2], Own(1), Entry(HistoryEntryKind.Dismissal, 2)), Job)?.Status);
    }

    [Fact]
    public void What_was_to_be_retried_and_was_replayed_or_dismissed_meanwhile_ended_in_that_way()
    {
        Attempt[] attempts = [Ended(1, EventStatus.Failed), Ended(2, EventStatus.Retrying), Ended(3, EventStatus.Succeeded)];

        Assert.Equal(EventStatus.Succeeded, ReplayOutcome.Of(Record(EventStatus.Succeeded, attempts, Own(1), Entry(HistoryEntryKind.Replay, 2)), Job)?.Status);
        Assert.Equal(EventStatus.Dismissed, ReplayOutcome.Of(Record(EventStatus.Dismissed, attempts[..2], Own(1), Entry(HistoryEntryKind.Dismissal, 2)), Job)?.Status);
        Assert.Equal(EventStatus.Dismissed, ReplayOutcome.Of(Record(EventStatus.Succeeded, attempts, Own(1), Entry(HistoryEntryKind.Dismissal, 2), Entry(HistoryEntryKind.Replay, 2)), Job)?.Status);
    }

    [Fact]
    public void A_release_continues_the_run_and_a_wait_that_was_too_long_is_a_failure()
    {
        Attempt[] attempts = [Ended(1, EventStatus.Failed), Ended(2, EventStatus.Waiting), Ended(3, EventStatus.Succeeded)];

        Assert.Equal(EventStatus.Succeeded, ReplayOutcome.Of(Record(EventStatus.Succeeded, attempts, Own(1), Entry(HistoryEntryKind.Release, 2)), Job)?.Status);
        attempts[1] = attempts[1] with { Failure = Given.Failure() };
        Assert.Equal(EventStatus.Failed, ReplayOutcome.Of(Record(EventStatus.Succeeded, attempts, Own(1), Entry(HistoryEntryKind.Replay, 2)), Job)?.Status);
    }

    [Fact]
    public void What_a_job_dismissed_or_ended_as_superseded_stays_that()
    {
        Attempt[] attempts = [Ended(1, EventStatus.Failed), Ended(2, EventStatus.Succeeded)];

        Assert.Equal(EventStatus.Dismissed, ReplayOutcome.Of(Record(EventStatus.Succeeded, attempts, Entry(HistoryEntryKind.Dismissal, 1) with { Job = Job }, Entry(HistoryEntryKind.Replay, 1)), Job)?.Status);
        Assert.Equal(EventStatus.Superseded, ReplayOutcome.Of(Record(EventStatus.Superseded, attempts[..1], Own(1)), Job)?.Status);
        Assert.Equal(EventStatus.Superseded, ReplayOutcome.Of(Record(EventStatus.Succeeded, attempts, Own(1), Entry(HistoryEntryKind.Replay, 1)), Job)?.Status);
    }

    private static HistoryEntry Own(int afterAttempt) => Entry(HistoryEntryKind.BulkReplay, afterAttempt) with { Job = Job };

    private static HistoryEntry Entry(HistoryEntryKind kind, int afterAttempt) => Given.HistoryEntry(kind, afterAttempt);

    private static Attempt Ended(int number, EventStatus outcome) =>
        new(number, Given.Now, Given.Now, outcome, null, [], outcome is EventStatus.Failed or EventStatus.Retrying ? Given.Failure() : null);

    private static EventRecord Record(EventStatus status, Attempt[] attempts, params HistoryEntry[] history) =>
        new(Given.Event) { Status = status, AttemptCount = attempts.Length, Attempts = attempts, History = history };
}
