using System.Collections.Concurrent;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Payloads;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;
using EventTracking.Core.Search;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Reconciliation;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>People who replay, dismiss and reconcile. They do not repeat requests to a process that has ended.</summary>
internal sealed class Operators(World world)
{
    private const string Name = "otto";
    private const int MuteCount = 20;
    private static readonly TimeSpan HostPatience = TimeSpan.FromMinutes(5);
    private int busy;

    public bool AreIdle => Volatile.Read(ref busy) == 0;

    public int Dismissals { get; private set; }

    /// <summary>Events that operators dismissed or gave another payload: what they reported may never be acted on.</summary>
    public HashSet<EventId> Spoiled { get; } = [];

    /// <summary>Events that were acknowledged and that a search for their id did not find.</summary>
    public ConcurrentQueue<EventId> NotFound { get; } = [];

    public void HangUp() => busy = 0;

    public void Replay(EventId id, bool force) =>
        Do(process => process.Get<Replayer>().ReplayAsync(id, Name, "simulated", force, CancellationToken.None));

    public void ReplayEdited(EventId id, ReadOnlyMemory<byte> body)
    {
        Spoiled.Add(id);
        Do(process => process.Get<Replayer>().ReplayEditedAsync(id, Name, "simulated", body, null, CancellationToken.None));
    }

    public void Dismiss(EventId id)
    {
        Dismissals++;
        Spoiled.Add(id);
        Do(process => process.Get<Replayer>().DismissAsync(id, Name, "simulated", CancellationToken.None));
    }

    /// <summary>Plans the replay of all events of a filter and starts it. The host works on it at once, as a server does; what it leaves is the sweeper's.</summary>
    public void ReplayInBulk(ReplayFilter filter, bool force, bool ramp) => Do(async process =>
    {
        var planned = await process.Get<ReplayPlanner>().PlanAsync(new ReplayRequested(ReplayAction.Replay, filter, force, Name, "simulated"), CancellationToken.None);
        if (planned is ReplayPlan.Made { Job: var job })
        {
            await process.Get<ReplayJobs>().ChangeAsync(ReplayId.OfRecord(job.Id), made => ReplayTransitions.Start(made, ramp, null, process.Clock.GetUtcNow()), CancellationToken.None);
            await process.Get<ReplayPump>().RunAsync(HostPatience, CancellationToken.None);
        }
    });

    /// <summary>Decides about the group of failures that has the most events, if there is one.</summary>
    public void Triage(TriageState state, ResolutionKind resolve) => Do(async process =>
    {
        var overview = await process.Get<FailureOverviews>().GetAsync(CancellationToken.None);
        if (overview.Groups.MaxBy(group => group.Count) is { } group)
        {
            var change = new TriageChange { State = state, Resolve = resolve, MuteCount = state == TriageState.Muted ? MuteCount : null };
            await process.Get<FailureTriage>().ChangeAsync(group.Fingerprint, change, Name, CancellationToken.None);
        }
    });

    /// <summary>Searches for an event that was acknowledged, by its id.</summary>
    public void Search(EventId id) => Do(async process =>
    {
        var readings = await process.Get<KeySearch>().FindAsync(id.ToString(), null, CancellationToken.None);
        if (!readings.Any(reading => reading.Events.Any(found => found.Event.Id == id)))
        {
            NotFound.Enqueue(id);
        }
    });

    public void Reconcile(bool refresh, bool dryRun) =>
        Do(process => process.Get<Reconciler>().ReconcileAsync(new ReconciliationRequest(dryRun, refresh, 100), CancellationToken.None));

    /// <summary>Imports both catalogs.</summary>
    public void ImportCatalog() => Do(process => process.Get<CatalogImports>().StartAsync(decision: null, _ => Task.FromResult(false), CancellationToken.None));

    private void Do(Func<SimulatedProcess, Task> what)
    {
        if (world.Process is { } process)
        {
            Interlocked.Increment(ref busy);
            _ = DoAsync(process, what);
        }
    }

    private async Task DoAsync(SimulatedProcess process, Func<SimulatedProcess, Task> what)
    {
        try
        {
            await what(process);
        }
        catch (StoreUnavailableException)
        {
            // The operator gets a 503.
        }

        Interlocked.Decrement(ref busy);
    }
}
