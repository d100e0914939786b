using System.Globalization;
using System.Text.Json.Nodes;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Benchmarks.Cost;

/// <summary>The size of a run's stored events, and what keeping a million of them per month costs.</summary>
internal sealed class Storage
{
    private const int OverheadBytes = 100;
    private const double DaysOfMonth = 365.0 / 12;
    private const int RecordDays = 400;
    private const int PayloadDays = 365;
    private const int ArchiveDays = 30;
    private const double Million = 1e6;

    private readonly double itemBytes;
    private readonly double entryBytes;
    private readonly double payloadBytes;
    private readonly double segmentBytes;

    public Storage(IReadOnlyList<JsonObject> items, IReadOnlyList<Charge> charges)
    {
        itemBytes = items.Average(item => ItemSize.Of(item));
        entryBytes = items.Average(item => SizeOfText(item, EventsTable.PartitionKey) + SizeOfText(item, EventsTable.SortKey) + SizeOfText(item, EventsTable.Entity));
        var puts = charges.Where(charge => charge.Meter == Meter.PutRequests).ToList();
        payloadBytes = (double)puts.Sum(put => put.Bytes) / items.Count;
        segmentBytes = puts.Average(put => put.Bytes);
    }

    public void Print()
    {
        var table = new Table("kept of a million events a month", "bytes an event", "$ after a month", "$ a month in the long run");
        var record = itemBytes + entryBytes + (2 * OverheadBytes);
        Add(table, "records and their entries", record, Prices.TableGigabyteMonth, RecordDays);
        Add(table, "recovery to any second", record, Prices.RecoveryGigabyteMonth, RecordDays);
        if (segmentBytes < Prices.SmallestArchivedBytes)
        {
            Add(table, "payloads, standard tier", payloadBytes, Prices.StandardGigabyteMonth, PayloadDays);
        }
        else
        {
            Add(table, "payloads, standard tier", payloadBytes, Prices.StandardGigabyteMonth, ArchiveDays);
            table.Add(
                "payloads, archive tier",
                Text("0", payloadBytes),
                Text("0.000", 0),
                Text("0.000", (Dollars(payloadBytes, Prices.ArchiveGigabyteMonth) * (PayloadDays - ArchiveDays) / DaysOfMonth) + (Prices.MillionArchivings * payloadBytes / segmentBytes)));
        }

        table.Print(Console.Out);
        Console.WriteLine(FormattableString.Invariant(
            $"An item has {itemBytes:0} bytes, its entry in {EventsTable.ByEntity} {entryBytes:0}, and AWS adds {OverheadBytes} bytes to each. A segment has {segmentBytes:0} bytes; S3 moves segments of {Prices.SmallestArchivedBytes} bytes or more to the archive tier."));
    }

    private static void Add(Table table, string name, double bytes, double price, int days) =>
        table.Add(name, Text("0", bytes), Text("0.000", Dollars(bytes, price)), Text("0.000", Dollars(bytes, price) * days / DaysOfMonth));

    private static double Dollars(double bytes, double price) => bytes * Million / Prices.GigabyteBytes * price;

    private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);

    private static int SizeOfText(JsonObject item, string name) => item[name]?["S"] is { } text ? name.Length + ((string)text!).Length : 0;
}
