using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

/// <summary>Checkpoints and ends of attempts.</summary>
public sealed class CompletionTests
{
    private static readonly EventId First = EventId.Parse("01M83YEMEG0000000000000001");
    private static readonly EventId Second = EventId.Parse("01M83YEMEG0000000000000002");
    private static readonly EventId Third = EventId.Parse("01M83YEMEG0000000000000003");

    public static TheoryData<EventStatus> NotProcessing => [.. Enum.GetValues<EventStatus>().Where(status => status != EventStatus.Processing)];

    [Theory]
    [MemberData(nameof(NotProcessing))]
    public void Only_an_event_in_process_takes_a_checkpoint_or_an_end(EventStatus status)
    {
        Assert.Null(EventTransitions.Checkpoint(Given.Record(status), 1, []));
        Assert.Null(EventTransitions.Complete(Given.Record(status), Completion(1, EventStatus.Succeeded)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Only_the_attempt_that_holds_the_event_takes_one(int number)
    {
        Assert.Null(EventTransitions.Checkpoint(Given.Record(EventStatus.Processing, attempts: 2), number, []));
        Assert.Null(EventTransitions.Complete(Given.Record(EventStatus.Processing, attempts: 2), Completion(number, EventStatus.Succeeded)));
    }

    [Fact]
    public void A_checkpoint_replaces_the_steps_of_the_running_attempt_alone()
    {
        var record = Given.Record(EventStatus.Processing, attempts: 2);

        var running = EventTransitions.Checkpoint(record, 2, [new Step(7, "read")])!;

        Assert.Equal([0, 1], running.Attempts.Select(attempt => attempt.Steps.Count));
        Assert.Equal(new Step(7, "read"), running.Attempts[1].Steps[0]);
        Assert.Equal((EventStatus.Processing, 2), (running.Status, running.AttemptCount));
    }

    [Theory]
    [InlineData(EventStatus.Succeeded, false, false)]
    [InlineData(EventStatus.Superseded, false, false)]
    [InlineData(EventStatus.Ignored, false, false)]
    [InlineData(EventStatus.Failed, false, false)]
    [InlineData(EventStatus.Retrying, true, false)]
    [InlineData(EventStatus.Waiting, false, true)]
    [InlineData(EventStatus.Queued, false, false)]
    public void The_outcome_becomes_the_status_with_what_belongs_to_it(EventStatus outcome, bool hasBackoff, bool waits)
    {
        var retryAt = Given.Now.AddMinutes(3);
        var record = Given.Record(EventStatus.Processing) with { LeaseUntil = Given.Now.AddMinutes(1), WaitingOn = new EntityKey("product", "7") };

        var ended = EventTransitions.Complete(record, Completion(1, outcome) with { RetryAt = retryAt, WaitingOn = Given.Product })!;

        Assert.Equal((outcome, Given.Now.AddSeconds(5)), (ended.Status, ended.UpdatedAt));
        Assert.Equal((null, hasBackoff ? retryAt : null), (ended.LeaseUntil, ended.RetryAt));
        Assert.Equal(waits ? Given.Product : null, ended.WaitingOn);
        Assert.Equal(outcome, Assert.Single(ended.Attempts).Outcome);
    }

    [Theory]
    [InlineData(EventStatus.Queued, 8, 3)]
    [InlineData(EventStatus.Retrying, 7, 4)]
    [InlineData(EventStatus.Succeeded, 7, 4)]
    public void A_postponed_run_is_counted_apart_from_the_attempts(EventStatus outcome, int postponed, int attempts)
    {
        var record = Given.Record(EventStatus.Processing, attempts: 12) with { PostponedCount = 7, History = [Given.HistoryEntry(HistoryEntryKind.Replay, afterAttempt: 1)] };

        var ended = EventTransitions.Complete(record, Completion(12, outcome))!;

        Assert.Equal((12, postponed, attempts), (ended.AttemptCount, ended.PostponedCount, ended.AttemptsSinceReplay));
    }

    [Fact]
    public void Effects_are_added_once_in_their_order()
    {
        var record = Given.Record(EventStatus.Processing) with { Effects = [First], EffectCount = 1 };

        var ended = EventTransitions.Complete(record, Completion(1, EventStatus.Succeeded, Second, First, Second, Third))!;

        Assert.Equal([First, Second, Third], ended.Effects);
        Assert.Equal(3, ended.EffectCount);
    }

    [Fact]
    public void An_attempt_without_new_effects_leaves_them_as_they_are()
    {
        var record = Given.Record(EventStatus.Processing) with { Effects = [First], EffectCount = 500 };

        var ended = EventTransitions.Complete(record, Completion(1, EventStatus.Succeeded, First))!;

        Assert.Same(record.Effects, ended.Effects);
        Assert.Equal(500, ended.EffectCount);
    }

    [Fact]
    public void A_hundred_effects_are_kept_and_the_rest_is_counted()
    {
        var effects = Enumerable.Range(0, 130).Select(number => EventId.FirstAt(Given.Now.AddMilliseconds(number))).ToArray();

        var ended = EventTransitions.Complete(Given.Record(EventStatus.Processing), Completion(1, EventStatus.Succeeded, effects))!;

        Assert.Equal(effects[..100], ended.Effects);
        Assert.Equal(130, ended.EffectCount);
    }

    [Fact]
    public void A_completion_needs_an_outcome_and_an_end()
    {
        var unfinished = new Completion(Given.Id, Given.Attempt(1), null, []);

        Assert.Contains("outcome", Assert.Throws<InvalidOperationException>(() => unfinished.Status).Message, StringComparison.Ordinal);
        Assert.Contains("end", Assert.Throws<InvalidOperationException>(() => unfinished.Now).Message, StringComparison.Ordinal);
    }

    private static Completion Completion(int number, EventStatus outcome, params EventId[] effects) =>
        new(Given.Id, Given.Ended(number, outcome), null, effects);
}
