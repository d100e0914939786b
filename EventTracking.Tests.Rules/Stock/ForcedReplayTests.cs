using System.Net;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>Whatever an operator forces, the functions read what is there now, so the stock stays right.</summary>
public sealed class ForcedReplayTests : LinkedShops
{
    [Fact]
    public async Task Replaying_what_is_moot_and_what_would_be_superseded_changes_no_stock()
    {
        // Three changes fail while Shopify refuses, and a later one sets the stock.
        Shops.Refuses = HttpStatusCode.UnprocessableEntity;
        List<EventId> failed = [];
        foreach (var onHand in (int[])[5, 6, 7])
        {
            Shops.Products[1008].OnHand = onHand;
            failed.Add(await OnHandAsync(1008));
            await RestAsync();
        }

        await Assert.AllAsync(failed, async id => Assert.Equal(EventStatus.Failed, (await Engine.Engine.FindAsync(id)).Status));
        Shops.Refuses = null;
        Shops.Products[1008].OnHand = 8;
        await OnHandAsync(1008);
        await RestAsync();
        Assert.Equal(8, Shops.Available);
        var writes = Shops.Writes.Count;

        var unforced = await PlanAsync(force: false);
        var forced = await PlanAsync(force: true);
        Assert.Equal((0, 3), (unforced.Planned, forced.Planned));
        await RestAsync();

        await Assert.AllAsync(failed, async id => Assert.Equal(EventStatus.Succeeded, (await Engine.Engine.FindAsync(id)).Status));
        Assert.Equal((8, writes), (Shops.Available, Shops.Writes.Count));
    }

    private async Task<ReplayJob> PlanAsync(bool force)
    {
        var plan = await Engine.Engine.Get<ReplayPlanner>().PlanAsync(new ReplayRequested(ReplayAction.Replay, new ReplayFilter { Status = EventStatus.Failed }, force, "ann", null), Cancellation);
        var job = Assert.IsType<ReplayPlan.Made>(plan).Job;
        await Engine.Engine.Get<ReplayJobs>().ChangeAsync(ReplayId.OfRecord(job.Id), planned => ReplayTransitions.Start(planned, ramp: true, 1000, Engine.Engine.Time.GetUtcNow()), Cancellation);
        return job.Value;
    }
}
