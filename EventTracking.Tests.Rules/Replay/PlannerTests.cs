using EventTracking.Core.Events;
using EventTracking.Core.Records;
using EventTracking.Core.Replay;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Replay;

/// <summary>What a plan finds and says.</summary>
public sealed class PlannerTests : IAsyncDisposable
{
    private readonly Replays replays = new(trigger: true);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_starts_nothing()
    {
        var sent = await replays.FailAsync(3);

        var job = await replays.PlanAsync();
        await replays.Engine.RunToRestAsync();

        Assert.Equal((ReplayState.Planned, 3), (job.Value.State, job.Value.Planned));
        Assert.Equal(new Dictionary<string, int> { ["unlikely"] = 3 }, job.Value.Verdicts);
        Assert.Equal(sent.Select(id => id.ToString()), (await replays.EntriesAsync(job)).Select(entry => entry.Id));
        Assert.Empty(replays.Runs);
    }

    [Fact]
    public async Task What_a_later_event_of_the_product_did_need_not_be_done_again()
    {
        var failed = await replays.FailAsync(2, Given.Product);
        replays.Broken = _ => false;
        replays.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        var later = await replays.Engine.SendAsync("later", Given.Product);
        await replays.RunAsync();

        var entries = await replays.EntriesAsync(await replays.PlanAsync());

        Assert.Equal(failed.Select(id => (id.ToString(), VerdictKind.Moot, (string?)later.ToString())), entries.Select(entry => (entry.Id, entry.Kind, entry.Because)));
    }

    [Fact]
    public async Task Only_what_is_moot_can_be_dismissed()
    {
        var failed = await replays.FailAsync(2, Given.Product);
        replays.Broken = body => body.StartsWith('x');
        replays.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        var later = await replays.Engine.SendAsync("later", Given.Product);
        await replays.RunAsync();
        await replays.FailAsync(1, prefix: "x");

        var job = await replays.PlanAsync(new ReplayFilter { Cause = "shop", Moot = true }, action: ReplayAction.Dismiss);
        Assert.Equal(failed.Select(id => (id.ToString(), VerdictKind.Go, (string?)later.ToString())), (await replays.EntriesAsync(job)).Select(entry => (entry.Id, entry.Kind, entry.Because)));
        await replays.StartAndEndAsync(job);

        var left = (await replays.Engine.Ledger.ListAsync(new EventQuery { Status = EventStatus.Failed }, Cancellation)).Events;
        Assert.DoesNotContain(Assert.Single(left).Event.Id, failed);
        Assert.IsType<ReplayPlan.Empty>(await replays.TryPlanAsync(new ReplayFilter { Cause = "shop", Moot = true }));
    }

    [Fact]
    public async Task Of_notifications_of_a_product_the_newest_is_planned()
    {
        var sent = await replays.FailAsync(3, Given.Product);

        var job = await replays.PlanAsync();

        Assert.Equal(new Dictionary<string, int> { ["unlikely"] = 1, ["superseded"] = 2 }, job.Value.Verdicts);
        Assert.Equal(
            [(sent[2].ToString(), "failed for good with shop/down on the build that runs now"), (sent[0].ToString(), sent[2].ToString()), (sent[1].ToString(), (string?)sent[2].ToString())],
            (await replays.EntriesAsync(job)).Select(entry => (entry.Id, entry.Because)));
    }

    [Fact]
    public async Task What_is_queued_again_after_it_failed_is_not_in_the_plan()
    {
        var sent = await replays.FailAsync(2);
        await replays.Engine.Get<Replayer>().ReplayAsync(sent[0], "bob", null, force: false, Cancellation);

        Assert.Equal([sent[1].ToString()], (await replays.EntriesAsync(await replays.PlanAsync())).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Filters_by_several_fingerprints_and_by_cause()
    {
        var sent = await replays.FailAsync(2);
        var print = (await replays.Engine.FindAsync(sent[0])).Error!.Fingerprint;

        Assert.Equal(2, (await replays.PlanAsync(new ReplayFilter { Fingerprints = [print] })).Value.Planned);
        Assert.Equal(2, (await replays.PlanAsync(new ReplayFilter { Fingerprints = [print, "other"] })).Value.Planned);
        Assert.IsType<ReplayPlan.Empty>(await replays.TryPlanAsync(new ReplayFilter { Fingerprints = ["another", "other"] }));
        Assert.Equal(2, (await replays.PlanAsync(new ReplayFilter { Cause = "shop" })).Value.Planned);
        Assert.IsType<ReplayPlan.Empty>(await replays.TryPlanAsync(new ReplayFilter { Cause = "probe" }));
    }

    [Fact]
    public async Task Says_that_nothing_has_changed_since_the_same_build_failed_in_the_last_ten_minutes()
    {
        await replays.FailAsync(1);

        Assert.Equal((true, true), CheckOf(await replays.PlanAsync()));
        replays.Engine.Time.Advance(ReplayPlanner.Recent);
        Assert.Equal((false, true), CheckOf(await replays.PlanAsync()));
    }

    [Fact]
    public async Task Says_nothing_about_the_cause_if_nothing_that_failed_would_be_replayed()
    {
        replays.Broken = _ => false;
        await replays.FailAsync(1);
        var filter = new ReplayFilter { Function = "probe", Status = EventStatus.Succeeded };

        Assert.Equal((false, false), CheckOf(await replays.PlanAsync(filter)));
        replays.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((false, false), CheckOf(await replays.PlanAsync(filter, force: true)));
    }

    private static (bool NothingChanged, bool CauseChecked) CheckOf(StoredRecord<ReplayJob> job) => (job.Value.NothingChanged, job.Value.CauseChecked);

    [Fact]
    public async Task A_payload_whose_retention_has_passed_cannot_be_replayed_and_one_that_is_still_there_can()
    {
        await replays.FailAsync(1);
        replays.Engine.Time.Advance(TimeSpan.FromDays(364));
        Assert.Equal(1, (await replays.PlanAsync()).Value.Planned);

        await replays.Engine.Get<Core.Backends.Embedded.Ledger.EmbeddedRetention>().DeleteExpiredAsync(Cancellation);
        Assert.Equal(1, (await replays.PlanAsync()).Value.Planned);

        replays.Engine.Time.Advance(TimeSpan.FromDays(3));
        await replays.Engine.Get<Core.Backends.Embedded.Ledger.EmbeddedRetention>().DeleteExpiredAsync(Cancellation);
        Assert.Equal(new Dictionary<string, int> { ["payload-expired"] = 1 }, (await replays.PlanAsync()).Value.Verdicts);
    }

    [Fact]
    public async Task Times_mean_what_they_mean_in_a_list_with_the_same_filters()
    {
        var start = replays.Engine.Time.GetUtcNow();
        var triggered = (await replays.FailAsync(1))[0];
        replays.Engine.Time.Advance(TimeSpan.FromHours(1));
        var late = await replays.Engine.SendAsync("late");
        replays.Engine.Time.Advance(TimeSpan.FromHours(1));
        await replays.RunAsync();
        var (from, to) = (start.AddMinutes(30), start.AddMinutes(90));

        foreach (var filter in new ReplayFilter[]
        {
            new() { Function = "probe" }, new() { Source = "test" }, new() { Status = EventStatus.Failed }, new() { Cause = "shop" },
            new() { Fingerprints = [(await replays.Engine.FindAsync(late)).Error!.Fingerprint] },
        })
        {
            foreach (var timed in new[] { filter with { From = from }, filter with { To = to }, filter with { From = from, To = to }, filter with { From = start.AddMinutes(90) } })
            {
                var query = new EventQuery
                {
                    Function = timed.Function, Source = timed.Source, Status = timed.Cause is null ? timed.Status : EventStatus.Failed, Fingerprint = timed.Fingerprints?[0], From = timed.From, To = timed.To,
                };
                // Ids of plans are made of the time.
                replays.Engine.Time.Advance(TimeSpan.FromSeconds(1));
                var listed = (await replays.Engine.Ledger.ListAsync(query, Cancellation)).Events.Select(summary => summary.Event.Id.ToString()).Order();
                var planned = await replays.TryPlanAsync(timed) is ReplayPlan.Made made ? (await replays.EntriesAsync(made.Job)).Select(entry => entry.Id).Order() : Enumerable.Empty<string>();

                Assert.Equal(listed, planned);
                Assert.Equal(query.Order, timed.Order);
            }
        }

        Assert.Equal([late.ToString()], (await replays.EntriesAsync(await replays.PlanAsync(new ReplayFilter { Function = "probe", From = from }))).Select(entry => entry.Id));
        Assert.NotEqual(triggered, late);
    }

    [Fact]
    public async Task A_plan_expires_with_its_job()
    {
        await replays.FailAsync(1);
        var job = await replays.PlanAsync();
        var id = ReplayId.OfRecord(job.Id);
        replays.Engine.Time.Advance(ReplayJobs.PlansKept + TimeSpan.FromMilliseconds(1));

        Assert.Null(await replays.Jobs.FindAsync(id, Cancellation));
        Assert.Empty(await replays.Jobs.ListAsync(null, 10, Cancellation));
        var newer = await replays.PlanAsync();
        Assert.Null(await replays.Jobs.ReadPlanAsync(id, Cancellation));
        Assert.Equal([newer.Id], (await replays.Jobs.ListAsync(null, 10, Cancellation)).Select(listed => listed.Id));
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first()
    {
        await replays.FailAsync(1);
        List<long> made = [];
        for (var number = 0; number < 3; number++)
        {
            made.Add((await replays.PlanAsync()).Id);
            replays.Engine.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var page = await replays.Jobs.ListAsync(null, 2, Cancellation);
        Assert.Equal([made[2], made[1]], page.Select(job => job.Id));
        Assert.Equal([made[0]], (await replays.Jobs.ListAsync(ReplayId.OfRecord(page[^1].Id), 2, Cancellation)).Select(job => job.Id));
    }

    [Fact]
    public async Task A_filter_that_names_a_job_that_does_not_exist_makes_no_plan() => Assert.IsType<ReplayPlan.JobUnknown>(
        await replays.Engine.Get<ReplayPlanner>().PlanAsync(new ReplayRequested(ReplayAction.Replay, new ReplayFilter { FailedOf = "0000000000000" }, false, "ann", null), Cancellation));

    public ValueTask DisposeAsync() => replays.DisposeAsync();
}
