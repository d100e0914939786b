using EventTracking.Benchmarks.Cost;
using EventTracking.Benchmarks.Intake;
using EventTracking.Benchmarks.Lambda;
using EventTracking.Benchmarks.Overload;
using EventTracking.Benchmarks.Pipeline;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Query;
using EventTracking.Benchmarks.Reports;
using EventTracking.Benchmarks.Simulation;

namespace EventTracking.Benchmarks;

/// <summary>Which benchmark to run, and how its verdict becomes an exit code.</summary>
internal static class CommandLine
{
    private const int Held = 0;
    private const int Missed = 1;
    private const int Misused = 2;

    private const string Usage = """
        Measures the budgets of the product. Every bound is a ratio or a count of this machine, taken in one run.

        Usage: dotnet run -c Release --project EventTracking.Benchmarks -- <benchmark> [options]

          intake     webhooks a second, durable before the answer, against an endpoint that only checks the signature
            --connections 1,8,64   connections to measure at
            --seconds 3            length of a round
            --rounds 5             rounds of each server, interleaved; the median counts
            --body 6800            bytes of a webhook's body
            --bound 0.3            least ratio at the most connections
            --worker               measures a third server, which also runs the functions meanwhile

          pipeline   events a second from acceptance to the final state, with an empty function
            --events 100000        events to run
            --callers 16           who bring them in at once
            --in-flight 512        events accepted and not final, at most
            --batch 32             events of a batch, all run at once: what the product gives a function that calls nobody
            --body 6800            bytes of an event's payload
            --bound 3000           least events a second
            --memory 300           most megabytes of memory at the peak

          query      GET /events/{id} and first pages, with many events against few
            --small 10000          events in the small database
            --large 1000000        events in the large database
            --seconds 1            length of a round
            --rounds 7             rounds of each query on each server, interleaved; the median counts
            --bound 1.5            greatest ratio

          overload   ten times the webhooks that can be processed for a minute, then calm: what becomes of intake, of the routes
                     of operators and of memory, and whether all is processed in the end; takes about twelve minutes
            --seconds 60           length of the overload; what has piled up takes factor - 1 times as long
            --factor 10            webhooks for each that can be processed
            --delay 200            milliseconds of each answer of the shop, which limits what can be processed
            --connections 128      connections that send webhooks
            --products 4000        products that they are about
            --calm 15              seconds before the overload, at half of what can be processed
            --intake 10            greatest ratio of intake's p50 and p99 under overload to before
            --operator 20          likewise of each route of operators
            --memory 300           most megabytes of memory at the peak

          cost       write units, requests and dollars of an event on AWS, counted at emulators of DynamoDB, S3 and SQS, which
                     it starts by Node and npm unless AWS_ENDPOINT_URL names some
            --events 10000         events of the mix; a fifth as many are run that succeed at once
            --body 6800            bytes of a webhook's body
            --batch 10             events of a batch
            --writes 4             most write units of an event that succeeds at once
            --puts 0.1             most S3 PUTs of it
            --requests 1.2         most SQS requests of it

          lambda     start, invocations and memory of the package in a Lambda of the benchmark's own, beside an empty minimal API
                     on Kestrel, native and managed; needs artifacts/lambda.zip (./package) and emulators as cost does
            --rounds 11            starts of each process, interleaved; the median counts
            --invocations 200      invocations after a start; a tenth as many of batches
            --body 6800            bytes of a webhook's body
            --bound 1.5            greatest ratio of the starts, both native

          simulate   no budget, but what must always hold: seeded runs of the engine in virtual time in which anything may fail
            --seed 1               the first seed
            --seeds 1              how many, one after the other
            --minutes 0            in place of a number of seeds, for so long
            --keep 3,7             only these steps of the plan, and
            --faults 1f0a22c9      only these faults: what a failing seed is reprinted with
            --trace                writes what happens, line by line
            --hash                 writes the hash of each seed's trace
            --no-shrink            reprints a failing seed as it is

          all        the first three, one after the other, with their defaults

        For all of them: --data <folder> puts the databases there, in folders that are deleted afterwards; the default is the
        folder for temporary files. --figures <file> writes the figures there as JSON, each with the values of its rounds (of intake,
        pipeline, query, lambda and cost). Exit code: 0 all bounds held, 1 one was missed, 2 wrong usage.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [] or ["help", ..] || args.Any(arg => arg is "--help" or "-h"))
        {
            Console.WriteLine(Usage);
            return args.Length == 0 ? Misused : Held;
        }

        try
        {
            var options = Options.Parse(args.AsSpan(1));
            switch (args[0])
            {
                case "intake":
                    return await RunAsync(options, IntakeBenchmark.RunAsync);
                case "pipeline":
                    return await RunAsync(options, PipelineBenchmark.RunAsync);
                case "query":
                    return await RunAsync(options, QueryBenchmark.RunAsync);
                case "cost":
                    return await RunAsync(options, CostBenchmark.RunAsync);
                case "lambda":
                    return await RunAsync(options, LambdaBenchmark.RunAsync);
                case "simulate":
                    return await SimulationBenchmark.RunAsync(options) ? Held : Missed;
                case "overload":
                    return await RunAsync(options, OverloadBenchmark.RunAsync);
                case "all":
                    return await RunAllAsync(args);
                case BareServer.Command:
                    await BareServer.RunAsync();
                    return Held;
                case SlowShop.Command:
                    await SlowShop.RunAsync(options);
                    return Held;
                default:
                    throw new UsageException($"This is no benchmark: {args[0]}");
            }
        }
        catch (UsageException wrong)
        {
            await Console.Error.WriteLineAsync($"{wrong.Message}\n\n{Usage}");
            return Misused;
        }
    }

    private static async Task<int> RunAsync(Options options, Func<Options, Task<bool>> benchmark)
    {
        MachineLoad.Print("before");
        var held = await benchmark(options);
        MachineLoad.Print("after");
        return held ? Held : Missed;
    }

    // Each in a process of its own: the memory of one must not count for the next.
    private static async Task<int> RunAllAsync(string[] args)
    {
        var worst = Held;
        foreach (var benchmark in (string[])["intake", "pipeline", "query"])
        {
            worst = Math.Max(worst, await ChildProcess.RunSelfAsync([benchmark, .. args[1..]]));
        }

        return worst;
    }
}
