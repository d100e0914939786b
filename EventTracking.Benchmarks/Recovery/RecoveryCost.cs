using System.Globalization;
using EventTracking.Benchmarks.Cost;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Benchmarks.Recovery;

/// <summary>What each step of a recovery costs on AWS, counted with emulators.</summary>
internal static class RecoveryCost
{
    private const int Batch = 10;
    private const int BodyBytes = 6800;
    private const double Million = 1e6;

    public static async Task<bool> RunAsync(int failures)
    {
        await using var emulators = await Emulators.StartAsync();
        await using var engine = await CostEngine.StartAsync(Batch);
        var table = new Table("step", "read units", "write units", "S3 requests", "SQS requests", "$", "$ per event");
        using (var progress = new ProgressLine())
        {
            var numbers = Enumerable.Range(0, int.MaxValue).Select(number => (long)number).Where(number => CostScenario.CourseOf(number) == Course.FailsUntilReplayed).Take(failures).ToList();
            await engine.AcceptAsync(numbers, BodyBytes, progress);
            await engine.DrainAsync(failures, progress);
            engine.Meter.Take();
            await RecoverAsync(engine, failures, table, progress);
        }

        Console.WriteLine($"{failures} events that failed, each about a product of its own, none moot:");
        table.Print(Console.Out);
        var tables = engine.Meter.Tables;
        Console.WriteLine($"Compared with the emulator's own figures: {tables.Agreed} agree, {tables.Disagreements.Count} disagree; {tables.Unchecked} reads have only one figure.");
        foreach (var disagreement in tables.Disagreements.Take(10))
        {
            Console.WriteLine($"  {disagreement}");
        }

        return tables.Disagreements.IsEmpty;
    }

    private static async Task RecoverAsync(CostEngine engine, int failures, Table table, ProgressLine progress)
    {
        await engine.Get<FailureOverviews>().CountAsync();
        Add("what broke (GET /failures)", engine.Meter.Take());
        var planned = await engine.Get<ReplayPlanner>().PlanAsync(new ReplayRequested(ReplayAction.Replay, new ReplayFilter { Status = EventStatus.Failed }, Force: false, "benchmark", null), CancellationToken.None);
        var made = ((ReplayPlan.Made)planned).Job;
        Add("plan", engine.Meter.Take());

        var (jobs, id) = (engine.Get<ReplayJobs>(), ReplayId.OfRecord(made.Id));
        await jobs.ChangeAsync(id, job => ReplayTransitions.Start(job, ramp: true, null, TimeProvider.System.GetUtcNow()), CancellationToken.None);
        await engine.Get<ReplayPlanner>().CountArrivedAsync(made.Value, CancellationToken.None);
        Add("start", engine.Meter.Take());

        List<Charge> steps = [];
        List<Charge> runs = [];
        var (sent, writes) = (0, 0);
        while (true)
        {
            await engine.Get<ReplayPump>().AdvanceAsync(CancellationToken.None);
            var charges = engine.Meter.Take();
            steps.AddRange(charges);
            writes += charges.Count(charge => charge.Operation == "PutItem" && charge.Subject.EndsWith("products", StringComparison.Ordinal));
            var job = (await jobs.FindAsync(id, CancellationToken.None))!.Value;
            engine.Meter.Take();
            if (job.State != ReplayState.Running)
            {
                Console.WriteLine($"The job is {job.State}: {job.Sent} sent, {job.Skipped} skipped, {writes} writes of the job.");
                break;
            }

            if (job.Sent > sent)
            {
                await engine.DrainAsync(job.Sent - sent, progress);
                runs.AddRange(engine.Meter.Take());
                sent = job.Sent;
            }
        }

        Add("steps of the job: judge again, set back, send, see how they ended", steps);
        Add("runs of the events", runs);

        // The first sweep still counts the failures and notifies operators.
        foreach (var sweep in (string[])["the sweep after that", "the next sweep, which finds nothing"])
        {
            await engine.Get<Sweeper>().SweepAsync(CancellationToken.None);
            Add(sweep, engine.Meter.Take(), isOne: true);
        }

        void Add(string step, IReadOnlyList<Charge> charges, bool isOne = false)
        {
            // Polls that bring nothing depend on time.
            var counted = charges.Where(charge => !charge.Operation.EndsWith(Charge.Empty, StringComparison.Ordinal)).ToList();
            var dollars = counted.Sum(charge => charge.Amount * Prices.OfMillion(charge.Meter)) / Million;
            table.Add(
                step, Sum(Meter.ReadUnits), Sum(Meter.WriteUnits), Sum(Meter.PutRequests, Meter.GetRequests), Sum(Meter.QueueRequests),
                dollars.ToString("0.000000", CultureInfo.InvariantCulture), isOne ? "" : (dollars / failures).ToString("0.00000000", CultureInfo.InvariantCulture));

            string Sum(params Meter[] meters) => counted.Where(charge => meters.Contains(charge.Meter)).Sum(charge => charge.Amount).ToString("0.#", CultureInfo.InvariantCulture);
        }
    }
}
