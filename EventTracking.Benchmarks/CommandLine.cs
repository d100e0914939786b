using System.CommandLine;
using EventTracking.Api.Commands;
using EventTracking.Benchmarks.Compaction;
using EventTracking.Benchmarks.Cost;
using EventTracking.Benchmarks.Flood;
using EventTracking.Benchmarks.Intake;
using EventTracking.Benchmarks.Lambda;
using EventTracking.Benchmarks.NewCatalog;
using EventTracking.Benchmarks.Overload;
using EventTracking.Benchmarks.Pipeline;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Query;
using EventTracking.Benchmarks.Recovery;
using EventTracking.Benchmarks.Reports;
using EventTracking.Benchmarks.Search;
using EventTracking.Benchmarks.Simulation;
using EventTracking.Benchmarks.Versions;

namespace EventTracking.Benchmarks;

/// <summary>Chooses the benchmark to run and turns its verdict into an exit code.</summary>
internal static class CommandLine
{
    private const int Held = 0;
    private const int Missed = 1;

    private const string Description =
        "Measures the budgets of the product. Every bound is a ratio or a count, measured on this machine within one run. "
        + "Exit code: 0 if all bounds held, 1 if a bound was missed, 2 for wrong usage.";

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            string[] followed = args switch
            {
                [] => ["--help"],
                ["help", .. var benchmark] => [.. benchmark, "--help"],
                _ => args,
            };
            var exitCode = await CommandRunner.RunAsync(Declare(), followed, Console.Out, Console.Error);
            return args is [] ? CommandRunner.Misused : exitCode;
        }
        catch (UsageException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return CommandRunner.Misused;
        }
    }

    private static RootCommand Declare() => new(Description)
    {
        DataFolder.Option,
        Figures.Option,
        Measured(IntakeBenchmark.Command, IntakeBenchmark.RunAsync),
        Measured(PipelineBenchmark.Command, PipelineBenchmark.RunAsync),
        Measured(QueryBenchmark.Command, QueryBenchmark.RunAsync),
        Measured(SearchBenchmark.Command, SearchBenchmark.RunAsync),
        Measured(RecoveryBenchmark.Command, RecoveryBenchmark.RunAsync),
        Measured(OverloadBenchmark.Command, OverloadBenchmark.RunAsync),
        Measured(FloodBenchmark.Command, FloodBenchmark.RunAsync),
        Measured(NewCatalogBenchmark.Command, NewCatalogBenchmark.RunAsync),
        Measured(CostBenchmark.Command, CostBenchmark.RunAsync),
        Measured(CompactionBenchmark.Command, CompactionBenchmark.RunAsync),
        Measured(LambdaBenchmark.Command, LambdaBenchmark.RunAsync),
        Measured(BilledBenchmark.Command, BilledBenchmark.RunAsync),
        Measured(VersionsBenchmark.Command, VersionsBenchmark.RunAsync),
        WithAction(SimulationBenchmark.Command, async options => await SimulationBenchmark.RunAsync(options) ? Held : Missed),
        WithAction(new Command("all", "Runs intake, pipeline and query one after the other, with their default options."), RunAllAsync),
        BareServer.Command,
        SlowShop.Command,
    };

    private static Command WithAction(Command command, Func<ParseResult, Task<int>> run)
    {
        command.SetAction(run);
        return command;
    }

    private static Command Measured(Command command, Func<ParseResult, Task<bool>> benchmark) => WithAction(command, async options =>
    {
        MachineLoad.Print("before");
        var held = await benchmark(options);
        MachineLoad.Print("after");
        return held ? Held : Missed;
    });

    // Each runs in its own process, so that the memory of one does not count toward the next.
    private static async Task<int> RunAllAsync(ParseResult options)
    {
        string[] data = options.GetValue(DataFolder.Option) is { } folder ? [DataFolder.Option.Name, folder] : [];
        var worst = Held;
        foreach (var benchmark in (Command[])[IntakeBenchmark.Command, PipelineBenchmark.Command, QueryBenchmark.Command])
        {
            worst = Math.Max(worst, await ChildProcess.RunSelfAsync([benchmark.Name, .. data]));
        }

        return worst;
    }
}
