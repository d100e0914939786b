using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Benchmarks.Cost;

/// <summary>
/// What the same run would cost with an obvious first design: an S3 object per event, an index by status in which every
/// transition moves the event, an update of the record per step, and a request per message. Items, attributes, transitions,
/// the indexes by entity and by dependency and the reads are those of the run.
/// </summary>
internal sealed class NaiveLayout(string table)
{
    private const string StatusIndex = "by-status";

    private readonly ConcurrentQueue<Charge> extra = [];

    private readonly IndexShape byStatus = new(
        StatusIndex, [EventsTable.Status, EventsTable.SortKey], [EventsTable.PartitionKey, EventsTable.SortKey, EventsTable.Status, .. EventsTable.Summary]);

    public void Written(string written, JsonObject? before, JsonObject after)
    {
        if (written != table)
        {
            return;
        }

        var key = (string)after[EventsTable.SortKey]!["S"]!;
        if (before is null)
        {
            extra.Enqueue(new Charge(Meter.PutRequests, "payloads", "PUT", 1, Key: key));
        }

        if (byStatus.WriteUnits(before, after) is var units and > 0)
        {
            extra.Enqueue(new Charge(Meter.WriteUnits, $"{table}/{StatusIndex}", "UpdateItem", units, Key: key));
        }

        for (var step = StepsOf(before); step < StepsOf(after); step++)
        {
            extra.Enqueue(new Charge(Meter.WriteUnits, table, "step", ItemSize.WriteUnits(after), Key: key));
        }
    }

    /// <summary>Returns the bill of this layout, given the bill of the run.</summary>
    public IReadOnlyList<Charge> Bill(IReadOnlyList<Charge> actual) =>
    [
        .. extra,
        .. actual.Where(charge => charge.Meter is Meter.WriteUnits or Meter.ReadUnits or Meter.GetRequests && !IsByAttention(charge.Subject)),
        .. actual.Where(charge => charge.Meter == Meter.QueueRequests).Select(charge => charge with { Amount = Math.Max(1, charge.Messages) }),
    ];

    private static bool IsByAttention(string subject) =>
        subject.EndsWith($"/{EventsTable.ByAttention}", StringComparison.Ordinal) || subject.EndsWith($"/{EventsTable.ByAttentionTime}", StringComparison.Ordinal);

    private static int StepsOf(JsonObject? item) =>
        (item?[EventsTable.Runs]?["L"] as JsonArray ?? []).Sum(run => (run!["M"]![EventLists.Steps]?["L"] as JsonArray)?.Count ?? 0);
}
