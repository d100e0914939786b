using EventTracking.Core.Events;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>
/// One run of a seed: for half an hour of virtual time, steps happen and faults strike. Then the faults stop, everything that
/// was sent arrives, operators replay failed events and reconcile, and the invariants are checked.
/// </summary>
internal static class Simulation
{
    private const int MaxSteps = 150_000;
    private const int MaxReplays = 10;
    private static readonly TimeSpan MaxRest = TimeSpan.FromHours(30);
    private static readonly TimeSpan SweepTime = TimeSpan.FromMinutes(7);
    private static readonly TimeSpan ImportWindow = TimeSpan.FromHours(6);

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="selection">The steps and faults of the seed that happen.</param>
    /// <param name="folder">The folder for the processes' disks. It must be empty or not exist yet, and is deleted afterwards.</param>
    /// <param name="output">The writer that gets the trace, line by line; null if nothing is written.</param>
    public static SimulationResult Run(long seed, Selection selection, string folder, TextWriter? output = null)
    {
        Directory.CreateDirectory(folder);
        try
        {
            using var world = new World(seed, folder, selection.Faults, output);
            return Run(world, selection);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SimulationResult Run(World world, Selection selection)
    {
        var plan = new Plan(world.Luck, world.Habits, selection.Steps);
        InvariantViolation? violation = null;
        try
        {
            Live(world, plan);
            ComeToRest(world);
            FinalChecks.Check(world);
        }
        catch (InvariantViolation found)
        {
            violation = found;
            world.Trace.Add($"VIOLATED {found.Message}");
        }

        return new SimulationResult(violation, world.Trace.Hash(), plan.Steps, world.Faults.Injected, world.Timeline.Happened, world.Witness.Arrived.Count, world.Ends);
    }

    private static void Live(World world, Plan plan)
    {
        foreach (var step in plan.Steps)
        {
            world.Timeline.At(step.At, world.Luck.Hash($"step/{step.Number}"), () =>
            {
                world.Trace.Add($"step {step.Number} {step.Kind}");
                step.Do(world, $"step/{step.Number}");
            });
        }

        world.Faults.IsOn = true;
        var end = plan.Steps.Count == 0 ? TimeSpan.Zero : plan.Steps.Max(step => step.At);
        Advance(world, end + TimeSpan.FromMinutes(1));
        world.Faults.IsOn = false;
    }

    private static void ComeToRest(World world)
    {
        world.Trace.Add("nothing goes wrong any more");
        world.Sources.ImportOrders("settle");
        world.Sources.RevealAll();
        Rest(world, "after the last fault");

        // Twice: an event that a replay or a release causes may fail because something else is still missing.
        for (var round = 1; round <= 2; round++)
        {
            Advance(world, world.Timeline.Now + SweepTime);
            ReplayFailed(world);
            Rest(world, $"after replay {round}");
            if (!world.Habits.IsCalm && round == 1)
            {
                // Nothing is left to do, but after this time the sweeper requests failed imports once more.
                world.Timeline.Freeze(ImportWindow);
            }

            Advance(world, world.Timeline.Now + SweepTime);
            Rest(world, $"after sweeps {round}");
        }

        // In some runs stores take seconds to the end. What ran out of its time once more may succeed the next time.
        for (var round = 3; round <= MaxReplays && world.Process!.EventsOf(EventStatus.Failed).Any(id => world.Process!.Find(id)!.Error is { Transient: true }); round++)
        {
            ReplayFailed(world);
            Rest(world, $"after replay {round}");
        }

        if (world.Habits.Stale > 0 || world.Habits.WrongClock || world.Operators.Dismissals > 0)
        {
            // No further webhook reports what was read wrong or not at all; the nightly refresh finds it.
            world.Operators.Reconcile(refresh: true, dryRun: false);
            Rest(world, "after the refresh");
        }
        else
        {
            // Webhooks reported all changes, so the catalog already knows them.
            FinalChecks.CheckReadings(world, world.Process!);
        }

        world.Operators.Reconcile(refresh: false, dryRun: false);
        Rest(world, "after the reconciliation");
    }

    /// <summary>Replays failed events, as an operator does who looks for those that failed through no fault of their own.</summary>
    private static void ReplayFailed(World world)
    {
        foreach (var id in world.Process!.EventsOf(EventStatus.Failed))
        {
            world.Operators.Replay(id, force: false);
        }
    }

    private static void Advance(World world, TimeSpan until)
    {
        while (Next(world, until))
        {
        }

        world.Timeline.Freeze(until > world.Timeline.Now ? until - world.Timeline.Now : TimeSpan.Zero);
    }

    /// <summary>Advances until no work is left.</summary>
    private static void Rest(World world, string when)
    {
        var until = world.Timeline.Now + MaxRest;
        while (!IsAtRest(world))
        {
            Witness.Require(Next(world, until), Invariants.ComesToRest, $"{when} there is still work to do, but nothing that will do it: {Describe(world)}.");
        }
    }

    private static bool Next(World world, TimeSpan until)
    {
        Witness.Require(world.Timeline.Happened < MaxSteps, Invariants.ComesToRest, $"The run does not come to rest: {Describe(world)}.");
        if (!world.Timeline.Next(until))
        {
            return false;
        }

        world.Process?.Work.Look();
        Timeline.AwaitRest();
        return true;
    }

    private static bool IsAtRest(World world) =>
        world.Process is { } process
        && process.Work.IsIdle
        && world.Operators.AreIdle
        && !world.Sources.HasUnacknowledged
        && process.Count("SELECT count(*) FROM queue") == 0;

    private static string Describe(World world) => world.Process is { } process
        ? $"{process.Count("SELECT count(*) FROM queue")} items, batches {(process.Work.IsIdle ? "idle" : "running")}, operators {(world.Operators.AreIdle ? "idle" : "busy")}, {world.Sources.Webhooks.Count(webhook => !webhook.IsAcknowledged)} webhooks not acknowledged"
        : "no process";
}
