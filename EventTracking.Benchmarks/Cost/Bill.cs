using System.Globalization;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Benchmarks.Cost;

/// <summary>The items of a bill, per event and per million events.</summary>
internal sealed class Bill(IReadOnlyList<Charge> charges, int events)
{
    private const double Million = 1e6;

    private static readonly (string Name, Func<Charge, bool> IsPart)[] Positions =
    [
        ("write units: table", charge => charge.Meter == Meter.WriteUnits && !charge.Subject.Contains('/', StringComparison.Ordinal)),
        ($"write units: {EventsTable.ByEntity}", IsIndex(EventsTable.ByEntity)),
        ("write units: by-status", IsIndex("by-status")),
        ($"write units: {EventsTable.ByAttention}", IsIndex(EventsTable.ByAttention)),
        ($"write units: {EventsTable.ByAttentionTime}", IsIndex(EventsTable.ByAttentionTime)),
        ($"write units: {EventsTable.ByDependency}", IsIndex(EventsTable.ByDependency)),
        ("read units", charge => charge.Meter == Meter.ReadUnits),
        ("S3 PUT", charge => charge.Meter == Meter.PutRequests),
        ("S3 GET", charge => charge.Meter == Meter.GetRequests),
        ("SQS send", IsQueue("SendMessageBatch")),
        ("SQS receive", IsQueue("ReceiveMessage")),
        ("SQS delete", IsQueue("DeleteMessageBatch")),
        ("SQS visibility", IsQueue("ChangeMessageVisibilityBatch")),
        ("SQS other", charge => charge.Operation is "GetQueueUrl" or "GetQueueAttributes"),
    ];

    /// <summary>Empty polls depend on time rather than on events, so no total includes them.</summary>
    private static readonly Func<Charge, bool> IsEmpty = IsQueue($"ReceiveMessage {Charge.Empty}");

    public double WriteUnits => PerEvent(charge => charge.Meter == Meter.WriteUnits);

    public double Puts => PerEvent(charge => charge.Meter == Meter.PutRequests);

    public double QueueRequests => PerEvent(charge => charge.Meter == Meter.QueueRequests && !IsEmpty(charge));

    public int EmptyReceives => charges.Count(IsEmpty);

    public int RefusedWrites => charges.Count(charge => charge.Operation.EndsWith(Charge.Refused, StringComparison.Ordinal));

    public double Dollars => charges.Where(charge => !IsEmpty(charge)).Sum(DollarsOf) * Million / events;

    public void PrintBeside(Bill naive)
    {
        var table = new Table("position", "an event", "$ a million", "naive, an event", "naive, $ a million");
        foreach (var (name, isPart) in Positions)
        {
            var (own, other) = (PerEvent(isPart), naive.PerEvent(isPart));
            if (own > 0 || other > 0)
            {
                table.Add(name, Text("0.000", own), Text("0.000", DollarsOf(isPart)), Text("0.000", other), Text("0.000", naive.DollarsOf(isPart)));
            }
        }

        table.Add("write units in all", Text("0.000", WriteUnits), "", Text("0.000", naive.WriteUnits), "");
        table.Add("SQS requests in all", Text("0.000", QueueRequests), "", Text("0.000", naive.QueueRequests), "");
        table.Add("in all", "", Text("0.000", Dollars), "", Text("0.000", naive.Dollars));
        table.Print(Console.Out);
        Console.WriteLine(FormattableString.Invariant($"Not in the totals: {EmptyReceives} empty polls. Writes whose condition failed: {RefusedWrites}."));
    }

    public Figures Figures()
    {
        var figures = new Figures();
        foreach (var (name, isPart) in Positions.Where(position => PerEvent(position.IsPart) > 0))
        {
            figures.Add($"{name}: an event", PerEvent(isPart));
            figures.Add($"{name}: $ a million", DollarsOf(isPart));
        }

        figures.Add("write units in all: an event", WriteUnits);
        figures.Add("SQS requests in all: an event", QueueRequests);
        figures.Add("in all: $ a million", Dollars);
        return figures;
    }

    private static Func<Charge, bool> IsIndex(string name) => charge => charge.Meter == Meter.WriteUnits && charge.Subject.EndsWith($"/{name}", StringComparison.Ordinal);

    private static Func<Charge, bool> IsQueue(string operation) => charge => charge.Meter == Meter.QueueRequests && charge.Operation == operation;

    private static double DollarsOf(Charge charge) => charge.Amount * Prices.OfMillion(charge.Meter) / Million;

    private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);

    private double PerEvent(Func<Charge, bool> isPart) => charges.Where(isPart).Sum(charge => charge.Amount) / events;

    private double DollarsOf(Func<Charge, bool> isPart) => charges.Where(isPart).Sum(DollarsOf) * Million / events;
}
