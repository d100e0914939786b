using System.Diagnostics;
using System.Globalization;
using EventTracking.Benchmarks.Reports;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>Runs seeds of the simulation, one after the other, and reprints one that fails as one command.</summary>
internal static class SimulationBenchmark
{
    private const int MostShrinkingRuns = 300;

    public static Task<bool> RunAsync(Options options)
    {
        var first = options.Number("seed", 1);
        var count = options.Number("seeds", 1);
        var minutes = options.Decimal("minutes", 0);
        var steps = options.FindNumbers("keep");
        var faults = options.FindWords("faults");
        var trace = options.IsOn("trace");
        var hash = options.IsOn("hash");
        var shrinks = !options.IsOn("no-shrink");
        var disk = options.NewFolder("simulation", InMemory());
        options.RefuseOthers();
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
                Report(seed, shrinks ? runs.Shrink(seed, result, MostShrinkingRuns) : result, result);
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

    /// <summary>Where Linux keeps files in memory: a run syncs thousands of times.</summary>
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
