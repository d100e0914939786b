using EventTracking.Core.Events;
using EventTracking.Core.Notifications;
using EventTracking.Core.Replay;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Replay;

/// <summary>What a job sends, when, and how often.</summary>
public sealed class BulkReplayTests : IAsyncDisposable
{
    private readonly Replays replays = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replays_every_event_of_the_plan_once_and_says_so_on_its_record()
    {
        var sent = await replays.FailAsync(250);
        replays.Broken = _ => false;
        var job = await replays.PlanAsync();

        var ended = await replays.StartAndEndAsync(job);

        Assert.Equal((ReplayState.Ended, 250, 0, 250), (ended.State, ended.Sent, ended.Skipped, ended.Judged));
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = 250 }, ended.Outcomes);
        Assert.Equal(250, replays.Runs.Distinct().Count());
        Assert.Equal(250, replays.Runs.Count);
        var entry = Assert.Single((await replays.Engine.FindAsync(sent[100])).History);
        Assert.Equal((HistoryEntryKind.BulkReplay, "ann", "the shop is up again", ReplayId.OfRecord(job.Id).ToString()), (entry.Kind, entry.By, entry.Reason, entry.Job));
    }

    [Fact]
    public async Task Each_stage_waits_until_the_one_before_has_run()
    {
        await replays.FailAsync(250);
        replays.Broken = _ => false;
        await replays.StartAsync(await replays.PlanAsync());

        List<int> runs = [];
        for (var stage = 0; stage < 4; stage++)
        {
            await replays.AdvanceAsync();
            await replays.RunAsync();
            runs.Add(replays.Runs.Count);
        }

        Assert.Equal([1, 11, 111, 250], runs);
        Assert.Equal("e0001", replays.Runs[0]);
    }

    [Fact]
    public async Task Stops_after_the_first_event_if_it_fails_again()
    {
        await replays.FailAsync(50);

        var stopped = await replays.StartAndEndAsync(await replays.PlanAsync());

        Assert.Equal((ReplayState.Paused, ReplayPause.FirstFailed, 1), (stopped.State, stopped.Pause, stopped.Sent));
        Assert.Equal(1, Assert.Single(stopped.Failures).Value);
        Assert.Single(replays.Runs);
    }

    [Fact]
    public async Task Operators_are_told_that_a_job_has_stopped_and_not_that_one_has_ended()
    {
        await replays.FailAsync(3);
        var job = await replays.PlanAsync();

        await replays.StartAndEndAsync(job);

        var stopped = Assert.Single(await StoppedAsync());
        Assert.Equal(($"the bulk replay {ReplayId.OfRecord(job.Id)} has stopped, because its events fail again", 1), (stopped.Title, stopped.Count));

        replays.Broken = _ => false;
        await replays.StartAndEndAsync(await replays.PlanAsync());
        Assert.Single(await StoppedAsync());

        async Task<IEnumerable<Notification>> StoppedAsync() =>
            (await replays.Engine.Get<Alerts>().ListAsync(Cancellation)).SelectMany(alert => alert.Notifications).Where(told => told.Kind == NotificationKind.ReplayStopped);
    }

    [Fact]
    public async Task Stops_in_the_stage_in_which_too_many_fail()
    {
        await replays.FailAsync(300);

        // The first eleven are all right, and then every fourth fails.
        replays.Broken = body => int.Parse(body[1..], System.Globalization.CultureInfo.InvariantCulture) is > 11 and var number && number % 4 == 0;
        var stopped = await replays.StartAndEndAsync(await replays.PlanAsync());

        Assert.Equal((ReplayState.Paused, ReplayPause.Failures, 111), (stopped.State, stopped.Pause, stopped.Sent));
        Assert.Equal(111, replays.Runs.Count);
    }

    [Fact]
    public async Task Goes_on_after_one_unlucky_event()
    {
        await replays.FailAsync(120);
        replays.Broken = body => body == "e0007";

        var ended = await replays.StartAndEndAsync(await replays.PlanAsync());

        Assert.Equal((ReplayState.Ended, 120), (ended.State, ended.Sent));
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = 119, ["failed"] = 1 }, ended.Outcomes);
    }

    [Fact]
    public async Task A_resumed_job_goes_on_where_it_stopped()
    {
        await replays.FailAsync(30);
        var job = await replays.PlanAsync();
        await replays.StartAndEndAsync(job);
        replays.Broken = _ => false;
        replays.Runs.Clear();

        await replays.ChangeAsync(job, paused => ReplayTransitions.Resume(paused, ramp: true));
        await replays.Engine.RunToRestAsync();

        var ended = await replays.FindAsync(job);
        Assert.Equal((ReplayState.Ended, 30), (ended.State, ended.Sent));
        Assert.Equal(new Dictionary<string, int> { ["failed"] = 1, ["succeeded"] = 29 }, ended.Outcomes);
        Assert.DoesNotContain("e0001", replays.Runs);
    }

    [Fact]
    public async Task What_failed_in_a_job_is_a_new_plan()
    {
        await replays.FailAsync(120);
        replays.Broken = body => body == "e0007";
        var first = await replays.PlanAsync();
        await replays.StartAndEndAsync(first);
        replays.Broken = _ => false;

        var second = await replays.PlanAsync(new ReplayFilter { FailedOf = ReplayId.OfRecord(first.Id).ToString() });
        replays.Runs.Clear();
        var ended = await replays.StartAndEndAsync(second);

        Assert.Equal((ReplayState.Ended, 1), (ended.State, ended.Sent));
        Assert.Equal(["e0007"], replays.Runs);
    }

    [Fact]
    public async Task Skips_what_has_changed_since_the_plan_was_made()
    {
        var sent = await replays.FailAsync(4);
        var job = await replays.PlanAsync();
        await replays.Engine.Get<Replayer>().DismissAsync(sent[1], "bob", "test order", Cancellation);
        await replays.Engine.Get<Replayer>().ReplayAsync(sent[2], "bob", null, force: false, Cancellation);
        await replays.RunAsync();
        replays.Broken = _ => false;
        replays.Runs.Clear();

        var ended = await replays.StartAndEndAsync(job);

        Assert.Equal((ReplayState.Ended, 2, 2), (ended.State, ended.Sent, ended.Skipped));
        Assert.Equal(["e0001", "e0004"], replays.Runs);
    }

    [Fact]
    public async Task Counts_what_has_arrived_since_and_leaves_it_alone()
    {
        await replays.FailAsync(2);
        var job = await replays.PlanAsync();
        await replays.FailAsync(3, prefix: "f");
        replays.Broken = _ => false;

        Assert.Equal(3, await replays.Engine.Get<ReplayPlanner>().CountArrivedAsync(job.Value, Cancellation));
        await replays.StartAndEndAsync(job);

        Assert.Equal(["e0001", "e0002"], replays.Runs);
    }

    [Fact]
    public async Task Events_of_an_entity_run_in_their_order_each_after_the_one_before_has_ended()
    {
        await replays.FailAsync(3, Given.Product);
        await replays.FailAsync(2, new EntityKey("product", "1009"), prefix: "f");
        replays.Broken = _ => false;
        await replays.StartAsync(await replays.PlanAsync(), ramp: false);

        List<string> rounds = [];
        for (var round = 0; round < 3; round++)
        {
            await replays.AdvanceAsync();
            await replays.RunAsync();
            rounds.Add(string.Join(' ', replays.Runs.Order(StringComparer.Ordinal)));
            replays.Runs.Clear();
        }

        Assert.Equal(["e0001 f0001", "e0002 f0002", "e0003"], rounds);
    }

    [Fact]
    public async Task A_paused_job_sends_nothing_and_a_cancelled_one_never_will()
    {
        await replays.FailAsync(30);
        replays.Broken = _ => false;
        var job = await replays.PlanAsync();
        await replays.StartAsync(job);
        await replays.AdvanceAsync();

        await replays.ChangeAsync(job, ReplayTransitions.Pause);
        await replays.Engine.RunToRestAsync();
        Assert.Single(replays.Runs);

        await replays.ChangeAsync(job, running => ReplayTransitions.Cancel(running, replays.Engine.Time.GetUtcNow()));
        await replays.Engine.RunToRestAsync();
        Assert.Single(replays.Runs);
        Assert.IsType<ReplayChange.Refused>(await replays.Jobs.ChangeAsync(ReplayId.OfRecord(job.Id), paused => ReplayTransitions.Resume(paused, ramp: true), Cancellation));
    }

    [Fact]
    public async Task A_fixed_rate_is_kept()
    {
        await replays.FailAsync(20);
        replays.Broken = _ => false;
        await replays.StartAsync(await replays.PlanAsync(), ramp: false, rate: 4);
        List<int> runs = [];
        for (var second = 0; second < 3; second++)
        {
            await replays.AdvanceAsync();
            await replays.RunAsync();
            runs.Add(replays.Runs.Count);
            replays.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([1, 5, 9], runs);
    }

    [Fact]
    public async Task An_automatic_rate_leaves_the_function_the_rest_of_its_calls()
    {
        await using var slow = new Replays(perSecond: 0.5);
        await slow.FailAsync(5);
        slow.Broken = _ => false;
        await slow.StartAsync(await slow.PlanAsync(), ramp: false);
        List<int> runs = [];
        for (var second = 0; second < 4; second++)
        {
            await slow.AdvanceAsync();
            await slow.RunAsync();
            runs.Add(slow.Runs.Count);
            slow.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([1, 1, 2, 2], runs);
    }

    [Fact]
    public async Task A_dismissal_dismisses_what_failed_once()
    {
        var sent = await replays.FailAsync(150);
        var job = await replays.PlanAsync(action: ReplayAction.Dismiss);

        var ended = await replays.StartAndEndAsync(job);

        Assert.Equal((ReplayState.Ended, 150), (ended.State, ended.Sent));
        Assert.Equal(new Dictionary<string, int> { ["dismissed"] = 150 }, ended.Outcomes);
        Assert.Empty(replays.Runs);
        var record = await replays.Engine.FindAsync(sent[120]);
        Assert.Equal((EventStatus.Dismissed, HistoryEntryKind.Dismissal, ReplayId.OfRecord(job.Id).ToString()), (record.Status, record.History[0].Kind, record.History[0].Job));
    }

    [Fact]
    public async Task What_the_newest_notification_covers_ends_as_superseded_by_it()
    {
        await using var shop = new Replays(trigger: true);
        var sent = await shop.FailAsync(3, Given.Product);
        shop.Broken = _ => false;
        var job = await shop.PlanAsync();

        var ended = await shop.StartAndEndAsync(job);

        Assert.Equal(["e0003"], shop.Runs);
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = 1, ["superseded"] = 2 }, ended.Outcomes);
        var covered = await shop.Engine.FindAsync(sent[0]);
        Assert.Equal((EventStatus.Superseded, $"{sent[2]} is newer and has succeeded", ReplayId.OfRecord(job.Id).ToString()), (covered.Status, covered.History[0].Reason, covered.History[0].Job));
    }

    [Fact]
    public async Task What_a_notification_would_cover_that_fails_stays_failed()
    {
        await using var shop = new Replays(trigger: true);
        var sent = await shop.FailAsync(2, Given.Product);
        shop.Broken = _ => true;
        var job = await shop.PlanAsync();
        await shop.StartAsync(job, ramp: false);
        await shop.Engine.RunToRestAsync();

        Assert.Equal(EventStatus.Failed, (await shop.Engine.FindAsync(sent[0])).Status);
        Assert.Empty((await shop.Engine.FindAsync(sent[0])).History);
    }

    [Fact]
    public async Task A_plan_of_which_nothing_is_to_be_run_ends_at_once()
    {
        replays.Broken = _ => false;
        await replays.FailAsync(3);

        var ended = await replays.StartAndEndAsync(await replays.PlanAsync(new ReplayFilter { Status = EventStatus.Succeeded }));

        Assert.Equal((ReplayState.Ended, 0), (ended.State, ended.Sent));
    }

    public ValueTask DisposeAsync() => replays.DisposeAsync();
}
