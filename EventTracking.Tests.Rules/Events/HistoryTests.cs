using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

/// <summary>Returns to the queue and ends without a run.</summary>
public sealed class HistoryTests
{
    private static readonly EventStatus[] Statuses = Enum.GetValues<EventStatus>();

    /// <summary>Each status that an event has with each that a caller allows.</summary>
    public static TheoryData<EventStatus, EventStatus> Pairs
    {
        get
        {
            TheoryData<EventStatus, EventStatus> pairs = [];
            foreach (var pair in Statuses.SelectMany(status => Statuses.Select(from => (status, from))))
            {
                pairs.Add(pair.status, pair.from);
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void An_event_returns_to_the_queue_exactly_from_the_statuses_that_the_caller_allows(EventStatus status, EventStatus from)
    {
        var result = EventTransitions.Requeue(Given.Record(status), Requeue(from));

        if (status == from)
        {
            Assert.Equal(EventStatus.Queued, Assert.IsType<TransitionResult.Done>(result).Record.Status);
        }
        else
        {
            Assert.Equal(status, Assert.IsType<TransitionResult.Refused>(result).Status);
        }
    }

    [Fact]
    public void A_return_leaves_no_lease_and_notes_who_and_after_which_attempt()
    {
        var earlier = Given.HistoryEntry(HistoryEntryKind.Replay, 1);
        var record = Given.Record(EventStatus.Waiting, attempts: 3) with { LeaseUntil = Given.Now, RetryAt = Given.Now, WaitingOn = Given.Product, History = [earlier] };
        var later = Given.HistoryEntry(HistoryEntryKind.Release) with { At = Given.Now.AddHours(1) };

        var requeued = Assert.IsType<TransitionResult.Done>(EventTransitions.Requeue(record, new Requeue(Given.Id, [EventStatus.Waiting], Given.Product, later))).Record;

        Assert.Equal((Given.Now.AddHours(1), null, null, null), (requeued.UpdatedAt, requeued.LeaseUntil, requeued.RetryAt, requeued.WaitingOn));
        Assert.Equal([earlier, later with { AfterAttempt = 3 }], requeued.History);
        Assert.Equal("stock-sync", requeued.Event.Function);
    }

    [Fact]
    public void A_return_starts_the_count_of_postponed_runs_anew()
    {
        var record = Given.Record(EventStatus.Failed, attempts: 9) with { PostponedCount = 7 };

        var requeued = Assert.IsType<TransitionResult.Done>(EventTransitions.Requeue(record, Requeue(EventStatus.Failed))).Record;

        Assert.Equal((0, 0, 9), (requeued.PostponedCount, requeued.AttemptsSinceReplay, requeued.AttemptCount));
    }

    [Fact]
    public void What_waits_for_another_entity_by_now_stays()
    {
        var record = Given.Record(EventStatus.Waiting) with { WaitingOn = new EntityKey("product", "7") };

        var result = EventTransitions.Requeue(record, Requeue(EventStatus.Waiting) with { WaitingOn = Given.Product });

        Assert.Equal(EventStatus.Waiting, Assert.IsType<TransitionResult.Refused>(result).Status);
    }

    [Theory]
    [InlineData(null, "stock-sync", true)]
    [InlineData(null, "other", false)]
    [InlineData("other", "other", true)]
    [InlineData("other", "stock-sync", false)]
    public void Only_a_function_that_exists_gets_the_event(string? target, string known, bool done)
    {
        var result = EventTransitions.Requeue(Given.Record(EventStatus.Failed), Requeue(EventStatus.Failed) with { Function = target, Functions = new HashSet<string> { known } });

        if (done)
        {
            Assert.Equal(known, Assert.IsType<TransitionResult.Done>(result).Record.Event.Function);
        }
        else
        {
            Assert.Equal(target ?? "stock-sync", Assert.IsType<TransitionResult.FunctionUnknown>(result).Function);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void An_event_is_closed_exactly_from_the_statuses_that_the_caller_allows(EventStatus status, EventStatus from)
    {
        var result = EventTransitions.Close(Given.Record(status), new CloseRequest(Given.Id, EventStatus.Dismissed, null, null, Given.Now) { From = [from] });

        if (status == from)
        {
            Assert.Equal(EventStatus.Dismissed, Assert.IsType<TransitionResult.Done>(result).Record.Status);
        }
        else
        {
            Assert.Equal(status, Assert.IsType<TransitionResult.Refused>(result).Status);
        }
    }

    [Fact]
    public void Events_that_need_attention_are_closed_if_nothing_else_is_said() =>
        Assert.Equal([EventStatus.Failed, EventStatus.Waiting, EventStatus.Retrying], new CloseRequest(Given.Id, EventStatus.Dismissed, null, null, Given.Now).From);

    [Fact]
    public void A_dismissal_is_noted_and_the_attempts_stay()
    {
        var record = Given.Record(EventStatus.Waiting, attempts: 2) with { WaitingOn = Given.Product };
        var dismissal = Given.HistoryEntry(HistoryEntryKind.Dismissal);

        var closed = Assert.IsType<TransitionResult.Done>(EventTransitions.Close(record, new CloseRequest(Given.Id, EventStatus.Dismissed, dismissal, null, Given.Now.AddHours(2)))).Record;

        Assert.Equal((EventStatus.Dismissed, Given.Now.AddHours(2), null), (closed.Status, closed.UpdatedAt, closed.WaitingOn));
        Assert.Equal([dismissal with { AfterAttempt = 2 }], closed.History);
        Assert.Same(record.Attempts, closed.Attempts);
    }

    [Fact]
    public void A_dismissal_ends_the_backoff()
    {
        var record = Given.Record(EventStatus.Retrying) with { RetryAt = Given.Now.AddHours(1) };

        var closed = Assert.IsType<TransitionResult.Done>(EventTransitions.Close(record, new CloseRequest(Given.Id, EventStatus.Dismissed, Given.HistoryEntry(HistoryEntryKind.Dismissal), null, Given.Now))).Record;

        Assert.Equal((EventStatus.Dismissed, null), (closed.Status, closed.RetryAt));
    }

    [Fact]
    public void A_failure_without_a_run_is_that_of_the_last_attempt()
    {
        var record = Given.Record(EventStatus.Waiting, attempts: 2);

        var closed = Assert.IsType<TransitionResult.Done>(EventTransitions.Close(record, new CloseRequest(Given.Id, EventStatus.Failed, null, Given.Failure(), Given.Now))).Record;

        Assert.Null(closed.Attempts[0].Failure);
        Assert.Equal(Given.Failure().Fingerprint, closed.Error?.Fingerprint);
        Assert.Empty(closed.History);
    }

    [Fact]
    public void A_failure_of_an_event_that_never_ran_is_not_an_attempt()
    {
        var closed = Assert.IsType<TransitionResult.Done>(EventTransitions.Close(
            Given.Record(EventStatus.Queued, attempts: 0),
            new CloseRequest(Given.Id, EventStatus.Failed, null, Given.Failure(), Given.Now) { From = [EventStatus.Queued] })).Record;

        Assert.Empty(closed.Attempts);
        Assert.Null(closed.Error);
    }

    // Five attempts, with a replay after the second and a dismissal after the fourth.
    [Fact]
    public void Attempts_are_counted_from_the_last_replay()
    {
        var record = Given.Record(EventStatus.Processing, attempts: 5);

        Assert.Equal(5, record.AttemptsSinceReplay);
        Assert.Equal(3, (record with { History = [Given.HistoryEntry(HistoryEntryKind.BulkReplay, 2), Given.HistoryEntry(HistoryEntryKind.Dismissal, 4)] }).AttemptsSinceReplay);
    }

    private static Requeue Requeue(EventStatus from) => new(Given.Id, [from], null, Given.HistoryEntry(HistoryEntryKind.Replay));
}
