using EventTracking.Core.Events;
using EventTracking.Core.Replay;

namespace EventTracking.Tests.Rules.Replay;

public class ReplayStagesTests
{
    private static ReplayJob Job => new() { Action = ReplayAction.Replay, State = ReplayState.Running, Filter = new ReplayFilter(), By = "ann", CreatedAt = 0, UpdatedAt = 0, Planned = 10_000, Verdicts = new Dictionary<string, int>() };

    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(1, 1, 2, 10)]
    [InlineData(6, 1, 2, 5)]
    [InlineData(11, 10, 2, 0)]
    [InlineData(11, 11, 3, 100)]
    [InlineData(111, 110, 3, 0)]
    [InlineData(111, 111, 4, 1000)]
    [InlineData(1111, 111, 4, 0)]
    [InlineData(1111, 611, 4, 500)]
    public void Each_stage_is_judged_before_the_next_begins(int sent, int judged, int stage, int room)
    {
        var job = Job with { Sent = sent, Released = sent, Judged = judged, Seen = judged };

        Assert.Equal((stage, room), (ReplayStages.StageOf(job), ReplayStages.RoomOf(job)));
    }

    [Theory]
    [InlineData(nameof(ReplayPause.FirstFailed), 1, 1)]
    [InlineData(nameof(ReplayPause.Failures), 11, 2)]
    [InlineData(nameof(ReplayPause.Failures), 12, 3)]
    [InlineData(nameof(ReplayPause.Operator), 11, 3)]
    public void A_job_that_has_stopped_by_itself_shows_the_stage_in_which_it_did(string pause, int seen, int stage) =>
        Assert.Equal(stage, ReplayStages.StageOf(Job with { State = ReplayState.Paused, Pause = Enum.Parse<ReplayPause>(pause), Seen = seen }));

    [Fact]
    public void A_resumed_job_begins_with_one_event_again()
    {
        var job = Assert.IsType<ReplayJob>(ReplayTransitions.Resume(Job with { State = ReplayState.Paused, Pause = ReplayPause.Failures, Sent = 50, Released = 50, Judged = 50, Seen = 50, SeenFailed = 10 }, ramp: true));

        Assert.Equal((ReplayState.Running, null, 1, 1), (job.State, job.Pause, ReplayStages.StageOf(job), ReplayStages.RoomOf(job)));
    }

    [Fact]
    public void What_was_sent_before_a_pause_does_not_stop_the_job_again()
    {
        var paused = Job with { State = ReplayState.Paused, Sent = 11, Released = 11, Judged = 9, Seen = 9 };
        var resumed = Assert.IsType<ReplayJob>(ReplayTransitions.Resume(paused, ramp: true));

        var judged = After(resumed, EventStatus.Failed, 2, from: 9);
        Assert.Equal((ReplayState.Running, 0, 1, 2), (judged.State, judged.Seen, ReplayStages.StageOf(judged), judged.Outcomes["failed"]));
        Assert.Equal(ReplayState.Paused, ReplayStages.Judge(judged, 11, EventStatus.Failed, null).State);
    }

    [Fact]
    public void Without_the_ramp_all_go_at_once_as_far_ahead_as_may_be() => Assert.Equal((4, 1000), (ReplayStages.StageOf(Job with { Ramp = false }), ReplayStages.RoomOf(Job with { Ramp = false })));

    [Theory]
    [InlineData(EventStatus.Succeeded, ReplayState.Running)]
    [InlineData(EventStatus.Superseded, ReplayState.Running)]
    [InlineData(EventStatus.Ignored, ReplayState.Running)]
    [InlineData(EventStatus.Failed, ReplayState.Paused)]
    [InlineData(EventStatus.Dismissed, ReplayState.Paused)]
    internal void The_first_event_must_succeed(EventStatus status, ReplayState state)
    {
        var judged = ReplayStages.Judge(Job with { Sent = 1, Released = 1 }, 0, status, "print");

        Assert.Equal((state, state == ReplayState.Paused ? ReplayPause.FirstFailed : null), (judged.State, judged.Pause));
    }

    // The lower ends of Wilson's interval with z = 1.96, worked out with a calculator.
    [Theory]
    [InlineData(0, 10, 0.0000)]
    [InlineData(1, 11, 0.0162)]
    [InlineData(2, 11, 0.0514)]
    [InlineData(10, 100, 0.0552)]
    [InlineData(9, 100, 0.0481)]
    [InlineData(500, 10_000, 0.0459)]
    [InlineData(0, 0, 0.0)]
    public void Knows_which_share_of_failures_is_certain(int failed, int seen, double bound) => Assert.Equal(bound, ReplayStages.LowerBound(failed, seen), 0.00006);

    [Fact]
    public void One_unlucky_event_does_not_stop_a_job_but_a_second_does()
    {
        var job = After(Job, EventStatus.Succeeded, 9);
        job = ReplayStages.Judge(job, 10, EventStatus.Failed, "print");
        Assert.Equal(ReplayState.Running, job.State);

        job = ReplayStages.Judge(job, 10, EventStatus.Failed, "print");

        Assert.Equal((ReplayState.Paused, ReplayPause.Failures), (job.State, job.Pause));
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = 9, ["failed"] = 2 }, job.Outcomes);
        Assert.Equal(new Dictionary<string, int> { ["print"] = 2 }, job.Failures);
        Assert.Equal((11, 2), (job.Seen, job.SeenFailed));
    }

    [Fact]
    public void One_failure_alone_stops_nothing_however_few_have_run()
    {
        var second = ReplayStages.Judge(After(Job, EventStatus.Succeeded, 1), 1, EventStatus.Failed, "print");

        Assert.Equal(ReplayState.Running, second.State);
        Assert.Equal(ReplayState.Paused, ReplayStages.Judge(second, 2, EventStatus.Failed, "print").State);
    }

    [Fact]
    public void A_few_failures_among_many_do_not_stop_a_job()
    {
        var job = Job with { Seen = 1000, SeenFailed = 40 };

        Assert.Equal(ReplayState.Running, ReplayStages.Judge(job, 10, EventStatus.Failed, "print").State);
    }

    [Fact]
    public void What_runs_after_the_job_was_paused_is_counted_and_changes_nothing_else()
    {
        var paused = Assert.IsType<ReplayJob>(ReplayTransitions.Pause(Job with { Sent = 1, Released = 1 }));

        var judged = ReplayStages.Judge(paused, 0, EventStatus.Failed, "print");

        Assert.Equal((ReplayState.Paused, ReplayPause.Operator, 1), (judged.State, judged.Pause, judged.Outcomes["failed"]));
    }

    [Fact]
    public void Keeps_so_many_fingerprints_and_counts_the_others_as_failures()
    {
        var job = Job with { Ramp = false };
        for (var print = 0; print < ReplayFilter.MaxFingerprints + 5; print++)
        {
            job = ReplayStages.Judge(job, 10, EventStatus.Failed, $"print{print}");
        }

        Assert.Equal((ReplayFilter.MaxFingerprints, 55), (job.Failures.Count, job.Outcomes["failed"]));
        Assert.Equal(2, ReplayStages.Judge(job, 10, EventStatus.Failed, "print0").Failures["print0"]);
    }

    [Fact]
    public void A_job_that_has_sent_all_its_events_has_nothing_to_stop()
    {
        var last = Job with { Planned = 1, Sent = 1, Released = 1 };

        Assert.Equal(ReplayState.Running, ReplayStages.Judge(last, 0, EventStatus.Failed, "print").State);
    }

    [Fact]
    public void A_job_of_an_earlier_version_knows_what_is_under_way_by_how_far_it_judged()
    {
        var job = Job with { Sent = 50, Released = 50, Judged = 20 };

        Assert.Equal((30, 30), (job.InFlight, job.Unfinished));
        Assert.Equal(Enumerable.Range(20, 30), ReplayWatch.PlacesOf(job));
        Assert.Equal((3, 2, 7), (job.With([7, 8], [12]).Unfinished, job.With([7, 8], [12]).InFlight, job.With([7, 8], [12]).Judged));
        Assert.Equal((0, 50), (job.With([], []).Unfinished, job.With([], []).Judged));
    }

    [Theory]
    [InlineData(ReplayState.Running, 0, false, true)]
    [InlineData(ReplayState.Paused, 0, false, false)]
    [InlineData(ReplayState.Paused, 1, false, true)]
    [InlineData(ReplayState.Paused, 0, true, true)]
    [InlineData(ReplayState.Cancelled, 1, false, true)]
    [InlineData(ReplayState.Cancelled, 0, false, false)]
    [InlineData(ReplayState.Planned, 0, false, false)]
    [InlineData(ReplayState.Ended, 0, true, false)]
    internal void A_job_is_followed_until_what_it_has_sent_has_ended(ReplayState state, int standing, bool isSent, bool needsWork)
    {
        var job = Job with { State = state, Released = isSent ? Job.Planned : 5 };

        Assert.Equal(needsWork, job.With([], [.. Enumerable.Range(0, standing)]).NeedsWork);
    }

    [Fact]
    public void Each_change_needs_its_state()
    {
        ReplayState[] states = [ReplayState.Planned, ReplayState.Running, ReplayState.Paused, ReplayState.Ended, ReplayState.Cancelled];
        IEnumerable<ReplayState> Allowed(Func<ReplayJob, ReplayJob?> change) => states.Where(state => change(Job with { State = state }) is not null);

        Assert.Equal([ReplayState.Planned], Allowed(job => ReplayTransitions.Start(job, ramp: true, null, default)));
        Assert.Equal([ReplayState.Running], Allowed(ReplayTransitions.Pause));
        Assert.Equal([ReplayState.Paused], Allowed(job => ReplayTransitions.Resume(job, ramp: true)));
        Assert.Equal([ReplayState.Planned, ReplayState.Running, ReplayState.Paused], Allowed(job => ReplayTransitions.Cancel(job, default)));
        Assert.Equal([ReplayState.Running, ReplayState.Paused], Allowed(job => ReplayTransitions.ChangeRate(job, 5)));
    }

    private static ReplayJob After(ReplayJob job, EventStatus status, int times, int from = 0) =>
        Enumerable.Range(from, times).Aggregate(job, (judged, place) => ReplayStages.Judge(judged, place, status, null));
}
