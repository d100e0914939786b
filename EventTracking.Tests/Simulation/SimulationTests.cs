using System.Diagnostics;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Simulation;

/// <summary>
/// Seeds of the simulation, run by its command line: it waits until its process is at rest, so it needs one of its own.
/// </summary>
public class SimulationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task All_that_must_hold_does_for_the_fixed_seeds()
    {
        var (exitCode, output) = await SimulateAsync("--seed", "1", "--seeds", "20");

        Assert.True(exitCode == 0, output);
        Assert.Contains("20 seeds from 1 held", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_runs_the_same_in_every_process()
    {
        var (_, first) = await SimulateAsync("--seed", "3", "--seeds", "2", "--hash");
        var (_, second) = await SimulateAsync("--seed", "3", "--seeds", "2", "--hash");

        Assert.Equal(2, Hashes(first).Count);
        Assert.Equal(Hashes(first), Hashes(second));
    }

    [Fact]
    public async Task A_run_can_be_repeated_with_some_of_its_steps()
    {
        var (exitCode, output) = await SimulateAsync("--seed", "3", "--keep", "2,5", "--faults", "0", "--trace");

        Assert.True(exitCode == 0, output);
        Assert.Contains(" step 2 ", output, StringComparison.Ordinal);
        Assert.Contains(" step 5 ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(" step 1 ", output, StringComparison.Ordinal);
        Assert.Contains(", 0 faults,", output, StringComparison.Ordinal);
    }

    private static List<string> Hashes(string output) =>
        [.. output.Split('\n').Where(line => line.StartsWith("seed ", StringComparison.Ordinal))];

    private static async Task<(int ExitCode, string Output)> SimulateAsync(params string[] options)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ended.CancelAfter(Patience);
        using var process = Process.Start(new ProcessStartInfo(Program(), ["simulate", .. options]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(ended.Token);
            var output = await process.StandardOutput.ReadToEndAsync(ended.Token);
            await process.WaitForExitAsync(ended.Token);
            return (process.ExitCode, output + await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    // Built as the tests are, since the tests refer to it for that.
    private static string Program()
    {
        var folder = Path.GetRelativePath(Repository.PathOf("EventTracking.Tests"), AppContext.BaseDirectory);
        return Path.Combine(Repository.PathOf("EventTracking.Benchmarks"), folder, OperatingSystem.IsWindows() ? "EventTracking.Benchmarks.exe" : "EventTracking.Benchmarks");
    }
}
