using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Records;
using EventTracking.Core.Replay;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Functions;

namespace EventTracking.Tests.Rules.Replay;

/// <summary>An engine with a function that fails for some bodies, and what an operator does about that.</summary>
internal sealed class Replays : IAsyncDisposable
{
    public Replays(bool trigger = false, FunctionSettings? settings = null, double? perSecond = null) => Engine = new Engine(
        new ProbeFunction((body, _) =>
        {
            lock (Runs)
            {
                Runs.Add(body);
            }

            return Broken(body) ? throw Failure() : Task.FromResult(Outcome.Succeeded);
        })
        { Trigger = trigger, Replays = perSecond },
        settings ?? new FunctionSettings { BatchSize = 100 });

    public Engine Engine { get; }

    /// <summary>The bodies of the events for which the function fails; at first for all.</summary>
    public Func<string, bool> Broken { get; set; } = _ => true;

    /// <summary>How it fails; at first for good.</summary>
    public Func<FunctionException> Failure { get; set; } = () => new FunctionException("down", "shop/down", transient: false);

    public List<string> Runs { get; } = [];

    public ReplayJobs Jobs => Engine.Get<ReplayJobs>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Sends events and runs them, a second apart: their names are their bodies.</summary>
    public async Task<IReadOnlyList<EventId>> FailAsync(int count, EntityKey? entity = null, string prefix = "e")
    {
        List<EventId> sent = [];
        for (var number = 1; number <= count; number++)
        {
            Engine.Time.Advance(TimeSpan.FromSeconds(1));
            sent.Add(await Engine.SendAsync($"{prefix}{number:0000}", entity));
        }

        await RunAsync();
        Runs.Clear();
        return sent;
    }

    /// <summary>Runs all events that are due, and no job.</summary>
    public async Task RunAsync()
    {
        while (await Engine.RunAsync() > 0)
        {
        }
    }

    public async Task<StoredRecord<ReplayJob>> PlanAsync(ReplayFilter? filter = null, bool force = false, ReplayAction action = ReplayAction.Replay) =>
        Assert.IsType<ReplayPlan.Made>(await Engine.Get<ReplayPlanner>().PlanAsync(
            new ReplayRequested(action, filter ?? new ReplayFilter { Function = "probe" }, force, "ann", "the shop is up again"), Cancellation)).Job;

    public Task<ReplayPlan> TryPlanAsync(ReplayFilter filter) => Engine.Get<ReplayPlanner>().PlanAsync(new ReplayRequested(ReplayAction.Replay, filter, Force: false, "ann", null), Cancellation);

    public async Task<IReadOnlyList<PlanEntry>> EntriesAsync(StoredRecord<ReplayJob> job) => Assert.IsAssignableFrom<IReadOnlyList<PlanEntry>>(await Jobs.ReadPlanAsync(ReplayId.OfRecord(job.Id), Cancellation));

    public async Task<ReplayJob> FindAsync(StoredRecord<ReplayJob> job) => (await Jobs.FindAsync(ReplayId.OfRecord(job.Id), Cancellation))!.Value;

    public async Task<ReplayJob> ChangeAsync(StoredRecord<ReplayJob> job, Func<ReplayJob, ReplayJob?> change) =>
        Assert.IsType<ReplayChange.Done>(await Jobs.ChangeAsync(ReplayId.OfRecord(job.Id), change, Cancellation)).Job.Value;

    public Task<ReplayJob> StartAsync(StoredRecord<ReplayJob> job, bool ramp = true, int? rate = null) =>
        ChangeAsync(job, planned => ReplayTransitions.Start(planned, ramp, rate, Engine.Time.GetUtcNow()));

    /// <summary>Takes the jobs as far as they come now.</summary>
    public async Task AdvanceAsync()
    {
        while ((await Engine.Get<ReplayPump>().AdvanceAsync(Cancellation)).Steps > 0)
        {
        }
    }

    public async Task<ReplayJob> StartAndEndAsync(StoredRecord<ReplayJob> job)
    {
        await StartAsync(job);
        await Engine.RunToRestAsync();
        return await FindAsync(job);
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
