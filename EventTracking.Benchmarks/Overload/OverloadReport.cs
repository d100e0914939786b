using System.Globalization;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Events;

namespace EventTracking.Benchmarks.Overload;

/// <summary>The measurements of one phase.</summary>
/// <param name="Name">Before, overload or after.</param>
/// <param name="Offered">Webhooks sent per second.</param>
/// <param name="Intake">The webhook requests, all of which were accepted.</param>
/// <param name="Routes">The requests to each operator route.</param>
internal sealed record OverloadPhase(string Name, double Offered, LoadResult Intake, IReadOnlyList<(string Name, LoadResult Load)> Routes);

/// <summary>The measurements of a whole run.</summary>
/// <param name="WarmUp">Webhooks accepted before the first phase.</param>
/// <param name="Capacity">Events that can be processed per second.</param>
/// <param name="Phases">Before, overload, after.</param>
/// <param name="PiledUp">Events that waited when the overload ended.</param>
/// <param name="Drained">How long it took until none waited.</param>
/// <param name="Memory">Resident megabytes just before the overload.</param>
/// <param name="PeakMemory">Peak resident megabytes of the whole run.</param>
internal sealed record OverloadReport(int WarmUp, double Capacity, IReadOnlyList<OverloadPhase> Phases, long PiledUp, TimeSpan Drained, double Memory, double PeakMemory)
{
    private const double Median = 0.5;
    private const double Tail = 0.99;

    private OverloadPhase Before => Phases[0];

    private OverloadPhase Overload => Phases[1];

    /// <summary>Prints the report and checks it against what the killed server left behind.</summary>
    public bool Print(OverloadSettings settings, Dictionary<EventStatus, long> events, long left)
    {
        PrintTables();
        var accepted = WarmUp + Phases.Sum(phase => (long)phase.Intake.Requests);
        var final = events.Where(count => count.Key.IsFinal()).Sum(count => count.Value);
        Say($"{accepted} webhooks were accepted; after killing the server: {string.Join(", ", events.Select(count => $"{count.Value} {count.Key}"))}, {left} in the queue.");
        Say($"{PiledUp} events waited when the overload ended; they were processed within {Drained.TotalSeconds:0} s, {PiledUp / Drained.TotalSeconds:0} per second. Memory {Memory:0} MB before, {PeakMemory:0} MB at the peak, ratio {PeakMemory / Memory:0.00}.");
        bool[] held =
        [
            Judge($"overload of at least {settings.Factor * 0.9:0.0} times what can be processed", Overload.Intake.PerSecond / Capacity >= settings.Factor * 0.9),
            Judge($"intake's p50 and p99 within {settings.Intake:0.0} times before", IsWithin(settings.Intake, Overload.Intake, Before.Intake)),
            Judge($"operators' p50 and p99 within {settings.Operator:0.0} times before", Routes().All(route => IsWithin(settings.Operator, route.Overload, route.Before))),
            Judge($"memory within {settings.Memory} MB", PeakMemory <= settings.Memory),
            Judge($"every accepted event found and final", events.Values.Sum() == accepted && final == accepted && left == 0),
            Judge($"none failed", events.GetValueOrDefault(EventStatus.Failed) == 0),
        ];
        return held.All(each => each);
    }

    private void PrintTables()
    {
        Say($"{Capacity:0} events per second can be processed.");
        var intake = new Table("phase", "seconds", "webhooks/s", "times", "p50 ms", "p99 ms", "p50 ratio", "p99 ratio");
        foreach (var phase in Phases)
        {
            intake.Add(
                phase.Name,
                Text($"{phase.Intake.Elapsed.TotalSeconds:0}"),
                Text($"{phase.Intake.PerSecond:0}"),
                Text($"{phase.Intake.PerSecond / Capacity:0.0}"),
                Text($"{phase.Intake.Milliseconds(Median):0.00}"),
                Text($"{phase.Intake.Milliseconds(Tail):0.00}"),
                Text($"{Ratio(phase.Intake, Before.Intake, Median):0.00}"),
                Text($"{Ratio(phase.Intake, Before.Intake, Tail):0.00}"));
        }

        intake.Print(Console.Out);
        var routes = new Table("route", "p50 ms before", "overload", "ratio", "p99 ms before", "overload", "ratio");
        foreach (var (name, before, overload) in Routes())
        {
            routes.Add(
                name,
                Text($"{before.Milliseconds(Median):0.00}"),
                Text($"{overload.Milliseconds(Median):0.00}"),
                Text($"{Ratio(overload, before, Median):0.00}"),
                Text($"{before.Milliseconds(Tail):0.00}"),
                Text($"{overload.Milliseconds(Tail):0.00}"),
                Text($"{Ratio(overload, before, Tail):0.00}"));
        }

        routes.Print(Console.Out);
    }

    private IEnumerable<(string Name, LoadResult Before, LoadResult Overload)> Routes() =>
        Before.Routes.Zip(Overload.Routes, (before, overload) => (before.Name, before.Load, overload.Load));

    private static bool IsWithin(double bound, LoadResult load, LoadResult before) => Ratio(load, before, Median) <= bound && Ratio(load, before, Tail) <= bound;

    private static double Ratio(LoadResult load, LoadResult before, double percentile) => load.Milliseconds(percentile) / before.Milliseconds(percentile);

    private static bool Judge(FormattableString bound, bool held)
    {
        Say($"Bound: {Text(bound)}: {(held ? "held" : "MISSED")}");
        return held;
    }

    private static void Say(FormattableString text) => Console.WriteLine(Text(text));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
