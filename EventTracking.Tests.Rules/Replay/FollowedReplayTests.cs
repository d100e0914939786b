using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Replay;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Replay;

/// <summary>A job follows its events until they have ended, and judges them by nothing else.</summary>
public sealed class FollowedReplayTests : IAsyncDisposable
{
    private static readonly TimeSpan Backoff = TimeSpan.FromMinutes(20);

    private readonly Replays replays = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_event_that_is_about_to_be_retried_does_not_stop_the_job_and_the_next_stage_waits_for_its_end()
    {
        await replays.FailAsync(20);
        replays.Failure = Transient;
        var job = await replays.PlanAsync();
        await replays.StartAndEndAsync(job);
        Assert.Equal((ReplayState.Running, 1), await StateAsync(job));

        replays.Broken = _ => false;
        await PassAsync();

        Assert.Equal((ReplayState.Ended, 20), await StateAsync(job));
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = 20 }, (await replays.FindAsync(job)).Outcomes);
        Assert.Empty((await replays.FindAsync(job)).Failures);
    }

    [Fact]
    public async Task A_first_event_whose_retries_fail_to_the_end_stops_the_job()
    {
        await replays.FailAsync(20);
        replays.Failure = Transient;
        var job = await replays.PlanAsync();

        await replays.StartAndEndAsync(job);
        for (var retry = 0; retry < 6; retry++)
        {
            await PassAsync();
        }

        var stopped = await replays.FindAsync(job);
        Assert.Equal((ReplayState.Paused, ReplayPause.FirstFailed, 1), (stopped.State, stopped.Pause, stopped.Sent));
        Assert.Equal(new Dictionary<string, int> { ["failed"] = 1 }, stopped.Outcomes);
    }

    [Fact]
    public async Task Retries_of_a_stage_are_not_counted_as_failures()
    {
        await replays.FailAsync(300);
        replays.Failure = Transient;
        replays.Broken = body => string.CompareOrdinal(body, "e0011") > 0 && string.CompareOrdinal(body, "e0061") < 0;
        var job = await replays.PlanAsync();
        await replays.StartAndEndAsync(job);
        Assert.Equal((ReplayState.Running, 111), await StateAsync(job));

        replays.Broken = _ => false;
        await PassAsync();

        Assert.Equal((ReplayState.Ended, 300), await StateAsync(job));
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = 300 }, (await replays.FindAsync(job)).Outcomes);
    }

    [Fact]
    public async Task A_job_whose_events_have_all_been_sent_ends_however_they_ended()
    {
        await replays.FailAsync(1);

        var ended = await replays.StartAndEndAsync(await replays.PlanAsync());

        Assert.Equal((ReplayState.Ended, null), (ended.State, ended.Pause));
        Assert.Equal(new Dictionary<string, int> { ["failed"] = 1 }, ended.Outcomes);
    }

    [Fact]
    public async Task A_job_that_was_paused_after_its_last_event_was_sent_ends_with_it()
    {
        await replays.FailAsync(3);
        replays.Broken = _ => false;
        var job = await replays.PlanAsync();
        await replays.StartAsync(job, ramp: false);
        await replays.AdvanceAsync();
        await replays.ChangeAsync(job, ReplayTransitions.Pause);

        await replays.Engine.RunToRestAsync();

        Assert.Equal((ReplayState.Ended, 3), await StateAsync(job));
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = 3 }, (await replays.FindAsync(job)).Outcomes);
    }

    [Fact]
    public async Task What_a_paused_or_cancelled_job_has_sent_is_counted_when_it_has_run()
    {
        await replays.FailAsync(30);
        replays.Broken = _ => false;
        var (paused, cancelled) = (await replays.PlanAsync(new ReplayFilter { Function = "probe", To = replays.Engine.Time.GetUtcNow().AddDays(1) }), await replays.PlanAsync());
        foreach (var (job, change) in new (Core.Records.StoredRecord<ReplayJob>, Func<ReplayJob, ReplayJob?>)[]
        {
            (paused, ReplayTransitions.Pause), (cancelled, running => ReplayTransitions.Cancel(running, replays.Engine.Time.GetUtcNow())),
        })
        {
            await replays.StartAsync(job);
            await replays.AdvanceAsync();
            await replays.ChangeAsync(job, change);
            await replays.Engine.RunToRestAsync();
        }

        Assert.Equal((ReplayState.Paused, 1), await StateAsync(paused));
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = 1 }, (await replays.FindAsync(paused)).Outcomes);
        Assert.Equal(ReplayState.Cancelled, (await replays.FindAsync(cancelled)).State);
        Assert.Equal((await replays.FindAsync(cancelled)).Sent, (await replays.FindAsync(cancelled)).Outcomes.Values.Sum());
    }

    [Fact]
    public async Task What_has_become_moot_since_the_plan_was_made_is_not_sent()
    {
        await using var shop = new Replays(trigger: true);
        var sent = await shop.FailAsync(1, Given.Product);
        await shop.FailAsync(1, new EntityKey("product", "1009"), prefix: "f");
        var job = await shop.PlanAsync();
        Assert.Equal(2, job.Value.Planned);
        shop.Broken = _ => false;
        shop.Engine.Time.Advance(TimeSpan.FromMinutes(1));
        await shop.Engine.SendAsync("later", Given.Product);
        await shop.RunAsync();
        shop.Runs.Clear();

        var ended = await shop.StartAndEndAsync(job);

        Assert.Equal((ReplayState.Ended, 1, 1), (ended.State, ended.Sent, ended.Skipped));
        Assert.Equal(["f0001"], shop.Runs);
        Assert.Empty((await shop.Engine.FindAsync(sent[0])).History);
    }

    [Fact]
    public async Task Force_sends_what_has_become_moot_all_the_same()
    {
        await using var shop = new Replays(trigger: true);
        await shop.FailAsync(1, Given.Product);
        var job = await shop.PlanAsync(force: true);
        shop.Broken = _ => false;
        shop.Engine.Time.Advance(TimeSpan.FromMinutes(1));
        await shop.Engine.SendAsync("later", Given.Product);
        await shop.RunAsync();

        Assert.Equal(1, (await shop.StartAndEndAsync(job)).Sent);
    }

    public ValueTask DisposeAsync() => replays.DisposeAsync();

    private static FunctionException Transient() => new("the circuit is open", "shop/circuit-open", transient: true);

    private async Task<(ReplayState State, int Sent)> StateAsync(Core.Records.StoredRecord<ReplayJob> job)
    {
        var now = await replays.FindAsync(job);
        return (now.State, now.Sent);
    }

    private async Task PassAsync()
    {
        replays.Engine.Time.Advance(Backoff);
        await replays.Engine.RunToRestAsync();
    }
}
