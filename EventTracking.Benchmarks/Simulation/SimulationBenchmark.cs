using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EventTracking.Benchmarks.Reports;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>Runs seeds of the simulation, one after the other, and reprints one that fails as one command.</summary>
internal static class SimulationBenchmark
{
    private const int MaxShrinkingRuns = 300;

    private static readonly Option<int> Seed = BenchmarkOption.Number("--seed", 1, "The first seed.");
    private static readonly Option<int> Seeds = BenchmarkOption.Number("--seeds", 1, "How many seeds to run, one after the other.");
    private static readonly Option<double> Minutes = BenchmarkOption.Decimal("--minutes", 0, "Runs for this long instead of a number of seeds.");
    private static readonly Option<NumberList?> Keep = BenchmarkOption.Numbers("--keep", null, "Only these steps of the plan, as printed for a seed that fails.");
    private static readonly Option<string?> Faults = new("--faults") { Description = "Only these faults, as printed for a seed that fails.", HelpName = "ids" };
    private static readonly Option<bool> Trace = BenchmarkOption.Switch("--trace", "Writes what happens, line by line.");
    private static readonly Option<bool> Hash = BenchmarkOption.Switch("--hash", "Writes the hash of each seed's trace.");
    private static readonly Option<bool> NoShrink = BenchmarkOption.Switch("--no-shrink", "Prints a failing seed as it is.");

    public static Command Command { get; } = new("simulate", "Seeded runs of the engine in virtual time in which anything may fail. It has no budget, but invariants that must always hold.")
    {
        Seed, Seeds, Minutes, Keep, Faults, Trace, Hash, NoShrink,
    };

    public static Task<bool> RunAsync(ParseResult options)
    {
        var first = options.GetValue(Seed);
        var count = options.GetValue(Seeds);
        var minutes = options.GetValue(Minutes);
        var steps = options.GetValue(Keep)?.Numbers;
        var faults = options.GetValue(Faults)?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var trace = options.GetValue(Trace);
        var hash = options.GetValue(Hash);
        var shrinks = !options.GetValue(NoShrink);
        var disk = DataFolder.Create(options, "simulation", InMemory());
        var selection = new Selection(steps?.ToHashSet(), faults?.ToHashSet());
        try
        {
            var held = true;
            OnItsOwnThread(() => held = Run(new SeedRuns(disk.FullName, selection, trace ? Console.Out : null), first, count, minutes, hash, shrinks));
            return Task.FromResult(held);
        }
        finally
        {
            disk.Delete(recursive: true);
        }
    }

    /// <summary>The simulation waits until the pool is at rest, which it never is while a thread of the pool waits for that.</summary>
    private static void OnItsOwnThread(Action run)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                run();
            }
#pragma warning disable CA1031 // Thrown on by the thread that waits.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            throw new InvalidOperationException("The simulation broke.", failure);
        }
    }

    private static bool Run(SeedRuns runs, int first, int count, double minutes, bool hash, bool shrinks)
    {
        using var progress = new ProgressLine();
        var started = Stopwatch.GetTimestamp();
        var (done, events, happenings, faults, ends) = (0, 0L, 0L, 0L, 0L);
        for (var seed = first; minutes > 0 ? Stopwatch.GetElapsedTime(started).TotalMinutes < minutes : seed < first + count; seed++)
        {
            var result = runs.Run(seed);
            done++;
            events += result.Events;
            happenings += result.Happenings;
            faults += result.Faults.Count;
            ends += result.Ends;
            if (hash)
            {
                Console.WriteLine($"seed {seed} trace {result.TraceHash}");
            }

            if (result.Violation is not null)
            {
                progress.Dispose();
                Report(seed, shrinks ? runs.Shrink(seed, result, MaxShrinkingRuns) : result, result);
                return false;
            }

            var rate = done / Stopwatch.GetElapsedTime(started).TotalMinutes;
            progress.Say(string.Create(CultureInfo.InvariantCulture, $"simulation: seed {seed}, {done} runs, {rate:0} a minute, {events} events, {faults} faults, {ends} ends"));
        }

        progress.Dispose();
        var elapsed = Stopwatch.GetElapsedTime(started);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{done} seeds from {first} held: {events} events, {happenings} happenings, {faults} faults, {ends} ended processes, {elapsed.TotalSeconds:0.0} s, {done / elapsed.TotalMinutes:0} seeds a minute"));
        return true;
    }

    private static void Report(int seed, SimulationResult smallest, SimulationResult whole)
    {
        Console.WriteLine($"Seed {seed} does not hold.");
        Console.WriteLine($"  {whole.Violation!.Message}");
        Console.WriteLine($"  {whole.Steps.Count} steps and {whole.Faults.Count} faults, shrunk to {smallest.Steps.Count} and {smallest.Faults.Count}:");
        foreach (var step in smallest.Steps)
        {
            Console.WriteLine($"    step {step.Number} at {step.At:mm\\:ss}: {step.Kind}");
        }

        foreach (var fault in smallest.Faults)
        {
            Console.WriteLine($"    fault {fault.Id} {fault.Text}");
        }

        Console.WriteLine($"  {smallest.Violation!.Message}");
        Console.WriteLine("Again:");
        Console.WriteLine($"  dotnet run -c Release --project EventTracking.Benchmarks -- simulate --seed {seed} --keep {List(smallest.Steps.Select(step => Text(step.Number)))} --faults {List(smallest.Faults.Select(fault => fault.Id))} --trace");
    }

    private static string List(IEnumerable<string> items) => string.Join(',', items) is { Length: > 0 } list ? list : "0";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The folder in which Linux keeps files in memory, because a run syncs thousands of times.</summary>
    private static string InMemory() => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private sealed class SeedRuns(string disk, Selection selection, TextWriter? trace)
    {
        private int number;

        public SimulationResult Run(int seed) => Simulation.Run(seed, selection, NewDisk(), trace);

        public SimulationResult Shrink(int seed, SimulationResult failing, int mostRuns) =>
            new Shrinker(only => Simulation.Run(seed, only, NewDisk()), mostRuns).Shrink(failing);

        private string NewDisk() => Path.Combine(disk, Text(++number));
    }
}
