using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

public sealed class AttemptHistoryTests
{
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(19, 1, 20)]
    [InlineData(20, 2, 21)]
    public void The_newest_twenty_are_kept(int before, int first, int last)
    {
        var attempts = AttemptHistory.Begin([.. Enumerable.Range(1, before).Select(Given.Attempt)], Given.Attempt(before + 1));

        Assert.Equal((first, last, Math.Min(before + 1, 20)), (attempts[0].Number, attempts[^1].Number, attempts.Count));
    }

    [Fact]
    public void The_running_attempt_takes_the_place_of_the_last_one()
    {
        var running = Given.Attempt(2) with { Steps = [new Step(1, "read")] };

        Assert.Equal([Given.Attempt(1), running], AttemptHistory.Continue([Given.Attempt(1), Given.Attempt(2)], running), (left, right) => left.Number == right.Number && left.Steps.Count == right.Steps.Count);
    }

    [Fact]
    public void Of_runs_in_a_row_that_were_postponed_the_last_one_is_kept()
    {
        IReadOnlyList<Attempt> attempts = [Given.Ended(1, EventStatus.Retrying, Given.Failure()), Given.Ended(2, EventStatus.Queued), Given.Attempt(3)];

        var postponed = AttemptHistory.End(attempts, Given.Ended(3, EventStatus.Queued));
        var failed = AttemptHistory.End(attempts, Given.Ended(3, EventStatus.Retrying, Given.Failure()));

        Assert.Equal([1, 3], postponed.Select(attempt => attempt.Number));
        Assert.NotNull(postponed[0].Failure?.Stack);
        Assert.Equal([1, 2, 3], failed.Select(attempt => attempt.Number));
        Assert.Equal([1, 2], AttemptHistory.End([attempts[0], Given.Attempt(2)], Given.Ended(2, EventStatus.Queued)).Select(attempt => attempt.Number));
    }

    [Fact]
    public void Of_equal_failures_the_newest_alone_keeps_its_stack()
    {
        var same = Given.Ended(1, EventStatus.Retrying, Given.Failure("same", "at First"));
        var other = Given.Ended(2, EventStatus.Retrying, Given.Failure("other", "at Other"));
        var ended = Given.Ended(4, EventStatus.Failed, Given.Failure("same", "at Last"));

        var attempts = AttemptHistory.End([same, other, Given.Ended(3, EventStatus.Waiting), Given.Attempt(4)], ended);

        Assert.Equal([null, "at Other", null, "at Last"], attempts.Select(attempt => attempt.Failure?.Stack));
        Assert.Equal("reset", attempts[0].Failure?.Message);
        Assert.Equal([1, 2, 3, 4], attempts.Select(attempt => attempt.Number));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_has_no_stack_of_its_own_leaves_the_others_theirs(bool fails)
    {
        var first = Given.Ended(1, EventStatus.Retrying, Given.Failure("same", "at First"));

        var attempts = AttemptHistory.End([first, Given.Attempt(2)], Given.Ended(2, EventStatus.Failed, fails ? Given.Failure("same", stack: null) : null));

        Assert.Equal(2, attempts.Count);
        Assert.Equal("at First", attempts[0].Failure?.Stack);
        Assert.Equal(EventStatus.Failed, attempts[1].Outcome);
    }
}
