using System.CommandLine;
using System.Globalization;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Events;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Benchmarks.Cost;

/// <summary>What AWS bills per event: units and requests, counted as they leave the process, and their price in dollars.</summary>
internal static class CostBenchmark
{
    private const double Rounding = 1e-9;

    private static readonly Option<int> Events = BenchmarkOption.Number("--events", 10_000, "Events of the mix. A fifth as many events that succeed at once run as well.");
    private static readonly Option<int> Body = BenchmarkOption.Number("--body", 6800, "Bytes per webhook body.");
    private static readonly Option<int> Batch = BenchmarkOption.Number("--batch", 10, "Events per batch.");
    private static readonly Option<double> Writes = BenchmarkOption.Decimal("--writes", 4.1, "Maximum write units per event that succeeds at once: four, and a tenth for what its batch did.");
    private static readonly Option<double> Puts = BenchmarkOption.Decimal("--puts", 0.1, "Maximum S3 PUTs per event that succeeds at once.");
    private static readonly Option<double> Requests = BenchmarkOption.Decimal("--requests", 1.2, "Maximum SQS requests per event that succeeds at once.");

    public static Command Command { get; } = new("cost", "Write units, requests and dollars per event on AWS, counted with emulators of DynamoDB, S3 and SQS. The benchmark starts them with Node and npm unless AWS_ENDPOINT_URL is set. AWS_ENDPOINT_URL_DYNAMODB names another DynamoDB, which keeps the run's tables.")
    {
        Events, Body, Batch, Writes, Puts, Requests,
    };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var events = options.GetValue(Events);
        var bodyBytes = options.GetValue(Body);
        var batch = options.GetValue(Batch);
        var mostWrites = options.GetValue(Writes);
        var mostPuts = options.GetValue(Puts);
        var mostRequests = options.GetValue(Requests);

        await using var emulators = await Emulators.StartAsync();
        var happy = await RunHappyAsync(Math.Max(1, events / 5 / batch) * batch, bodyBytes, batch);
        happy.Figures().Write(options);
        var agreed = await RunMixAsync(events, bodyBytes, batch);
        var held = happy.WriteUnits <= mostWrites + Rounding && happy.Puts <= mostPuts + Rounding && happy.QueueRequests <= mostRequests + Rounding;
        Console.WriteLine(FormattableString.Invariant(
            $"Bounds per event that succeeds at once: {mostWrites} write units, {mostPuts} S3 PUT, {mostRequests} SQS requests: {(held ? "held" : "MISSED")}"));
        return held && agreed;
    }

    private static async Task<Bill> RunHappyAsync(int events, int bodyBytes, int batch)
    {
        await using var engine = await CostEngine.StartAsync(batch);
        using (var progress = new ProgressLine())
        {
            var numbers = Enumerable.Range(0, int.MaxValue).Select(number => (long)number).Where(number => CostScenario.CourseOf(number) == Course.SucceedsAtOnce).Take(events).ToList();
            await engine.AcceptAsync(numbers, bodyBytes, progress);
            await engine.DrainAsync(events, progress);
        }

        var charges = engine.Meter.Take();
        var bill = new Bill(charges, events);
        Console.WriteLine($"\n{events} events that succeed at once, batch {batch}, body {bodyBytes} bytes:");
        bill.PrintBeside(new Bill(engine.Naive.Bill(charges), events));
        Console.WriteLine();
        new Storage(engine.Records, charges).Print();
        PrintAgreement(engine.Meter.Tables);
        return bill;
    }

    private static async Task<bool> RunMixAsync(int events, int bodyBytes, int batch)
    {
        await using var engine = await CostEngine.StartAsync(batch);
        using (var progress = new ProgressLine())
        {
            await engine.AcceptAsync([.. Enumerable.Range(0, events).Select(number => (long)number)], bodyBytes, progress);
            await engine.DrainAsync(events, progress);
            await engine.ReplayFailedAsync(progress);
            await engine.DrainAsync(engine.Courses.Values.Count(course => course == Course.FailsUntilReplayed), progress);
        }

        // A course that took another way, e.g. failed instead of waiting, would make the bill one of another mix.
        var failed = engine.Records.Where(item => (string?)item[EventsTable.Status]?["S"] != EventStatus.Succeeded.ToText()).ToList();
        if (failed.Count > 0)
        {
            throw new InvalidOperationException($"{failed.Count} events did not succeed in the end, e.g. {failed[0][EventsTable.SortKey]?["S"]}: {failed[0][EventsTable.Error]?["S"]}");
        }

        var charges = engine.Meter.Take();
        var naive = engine.Naive.Bill(charges);
        Console.WriteLine($"\nThe mix, {events} events: 90 % succeed at once, 6 % at the second attempt, 2 % wait for an import of their own, 2 % fail and are replayed:");
        new Bill(charges, events).PrintBeside(new Bill(naive, events));
        Console.WriteLine();
        PrintCourses(engine, charges, naive);
        Console.WriteLine();
        await PrintSweepAsync(engine);
        return PrintAgreement(engine.Meter.Tables);
    }

    /// <summary>Assigns every DynamoDB unit to an event; the queries for waiting events belong to imports.</summary>
    private static void PrintCourses(CostEngine engine, IReadOnlyList<Charge> charges, IReadOnlyList<Charge> naive)
    {
        var table = new Table("event", "events", "write units", "read units", "naive write units");
        var imports = engine.Records.Count - engine.Courses.Count;
        foreach (var course in Enum.GetValues<Course>())
        {
            var count = course == Course.Imports ? imports : engine.Courses.Values.Count(other => other == course);
            if (count > 0)
            {
                table.Add(Name(course), $"{count}", Mean(charges, Meter.WriteUnits), Mean(charges, Meter.ReadUnits), Mean(naive, Meter.WriteUnits));
            }

            string Mean(IReadOnlyList<Charge> from, Meter meter) =>
                (from.Where(charge => charge.Meter == meter && CourseOf(charge) == course).Sum(charge => charge.Amount) / count).ToString("0.00", CultureInfo.InvariantCulture);
        }

        table.Print(Console.Out);

        Course CourseOf(Charge charge) => charge.Key is { } key && engine.Courses.TryGetValue(key, out var course) ? course : Course.Imports;
    }

    private static async Task PrintSweepAsync(CostEngine engine)
    {
        await engine.Get<Sweeper>().SweepAsync(CancellationToken.None);
        var usual = ReadUnits(engine.Meter.Take());
        await engine.Get<Sweeper>().SweepInFlightAsync(CancellationToken.None);
        var inFlight = ReadUnits(engine.Meter.Take());
        Console.WriteLine(FormattableString.Invariant($"A sweep that finds nothing: {usual} read units. A search for lost events in hours without any: {inFlight}."));

        static double ReadUnits(IReadOnlyList<Charge> charges) => charges.Where(charge => charge.Meter == Meter.ReadUnits).Sum(charge => charge.Amount);
    }

    private static bool PrintAgreement(TableMeter tables)
    {
        Console.WriteLine($"Compared with the endpoint's own figures for tables and reads: {tables.Agreed} agree, {tables.Disagreements.Count} disagree; {tables.Unchecked} reads have only the endpoint's figure.");
        foreach (var disagreement in tables.Disagreements.Take(10))
        {
            Console.WriteLine($"  {disagreement}");
        }

        return tables.Disagreements.IsEmpty;
    }

    private static string Name(Course course) => course switch
    {
        Course.SucceedsAtOnce => "succeeds at once",
        Course.SucceedsAtSecond => "succeeds at the second attempt",
        Course.Waits => "waits, is released, succeeds",
        Course.FailsUntilReplayed => "fails, is replayed, succeeds",
        _ => "import that one waits for",
    };
}
