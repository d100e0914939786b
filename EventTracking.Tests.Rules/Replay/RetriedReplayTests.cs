using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Replay;

namespace EventTracking.Tests.Rules.Replay;

/// <summary>Operators need not wait for a retry, however late it is.</summary>
public sealed class RetriedReplayTests : IAsyncDisposable
{
    private readonly Replays replays = new() { Failure = Later };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_replayed_before_its_retry_and_its_old_item_does_nothing()
    {
        var id = (await replays.FailAsync(1))[0];
        Assert.Equal(EventStatus.Retrying, (await replays.Engine.FindAsync(id)).Status);
        replays.Broken = _ => false;

        Assert.IsType<ReplayResult.Sent>(await replays.Engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancellation));
        await replays.Engine.RunToRestAsync();
        Assert.Equal((EventStatus.Succeeded, 2, null), await StateAsync(id));

        await PassAsync();
        Assert.Equal((EventStatus.Succeeded, 2, null), await StateAsync(id));
        Assert.Equal(["e0001"], replays.Runs);
        Assert.Equal(0, (await replays.Engine.DepthAsync("probe")).Items);
    }

    [Fact]
    public async Task A_replay_that_is_to_be_retried_too_is_retried_once_though_both_items_come_back()
    {
        var id = (await replays.FailAsync(1))[0];

        await replays.Engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancellation);
        await replays.Engine.RunToRestAsync();
        Assert.Equal(2, (await replays.Engine.FindAsync(id)).AttemptCount);
        replays.Broken = _ => false;
        await PassAsync();

        Assert.Equal((EventStatus.Succeeded, 3, null), await StateAsync(id));
        Assert.Equal(0, (await replays.Engine.DepthAsync("probe")).Items);
    }

    [Fact]
    public async Task An_event_is_dismissed_before_its_retry_and_does_not_run_again()
    {
        var id = (await replays.FailAsync(1))[0];

        Assert.IsType<TransitionResult.Done>(await replays.Engine.Get<Replayer>().DismissAsync(id, "ann", "test order", Cancellation));
        await PassAsync();

        Assert.Equal((EventStatus.Dismissed, 1, null), await StateAsync(id));
        Assert.Empty(replays.Runs);
        Assert.Equal(0, (await replays.Engine.DepthAsync("probe")).Items);
    }

    [Fact]
    public async Task An_event_that_runs_is_neither_replayed_nor_dismissed()
    {
        var id = await replays.Engine.SendAsync("e0001");

        Assert.Equal(new ReplayResult.InProgress(EventStatus.Queued), await replays.Engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: true, Cancellation));
        Assert.Equal(new TransitionResult.Refused(EventStatus.Queued), await replays.Engine.Get<Replayer>().DismissAsync(id, "ann", "test order", Cancellation));
    }

    [Theory]
    [InlineData(ReplayAction.Replay, EventStatus.Succeeded)]
    [InlineData(ReplayAction.Dismiss, EventStatus.Dismissed)]
    internal async Task A_job_does_not_wait_for_retries_either(ReplayAction action, EventStatus status)
    {
        var sent = await replays.FailAsync(20);
        replays.Broken = _ => false;

        var ended = await replays.StartAndEndAsync(await replays.PlanAsync(new ReplayFilter { Cause = "shop" }, action: action));

        Assert.Equal((ReplayState.Ended, 20, 0), (ended.State, ended.Sent, ended.Skipped));
        await PassAsync();
        foreach (var id in sent)
        {
            Assert.Equal((status, action == ReplayAction.Replay ? 2 : 1, null), await StateAsync(id));
        }
    }

    [Fact]
    public async Task A_job_leaves_alone_what_was_retried_meanwhile()
    {
        var sent = await replays.FailAsync(3);
        replays.Broken = _ => false;
        var job = await replays.PlanAsync(new ReplayFilter { Cause = "shop" });
        await PassAsync();
        replays.Runs.Clear();

        var ended = await replays.StartAndEndAsync(job);

        Assert.Equal((ReplayState.Ended, 0, 3), (ended.State, ended.Sent, ended.Skipped));
        Assert.Empty(replays.Runs);
        Assert.Empty((await replays.Engine.FindAsync(sent[0])).History);
    }

    public ValueTask DisposeAsync() => replays.DisposeAsync();

    private static FunctionException Later() => new("too many calls", "shop/throttled", transient: true) { RetryAfter = TimeSpan.FromHours(1) };

    private async Task<(EventStatus Status, int Attempts, DateTimeOffset? RetryAt)> StateAsync(EventId id)
    {
        var record = await replays.Engine.FindAsync(id);
        return (record.Status, record.AttemptCount, record.RetryAt);
    }

    /// <summary>Lets the time of every retry come.</summary>
    private async Task PassAsync()
    {
        for (var hour = 0; hour < 3; hour++)
        {
            replays.Engine.Time.Advance(TimeSpan.FromHours(1));
            await replays.Engine.RunToRestAsync();
        }
    }
}
