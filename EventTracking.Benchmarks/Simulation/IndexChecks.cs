using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Events;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>Compares every index with the records themselves, one by one.</summary>
internal static class IndexChecks
{
    public static void Check(SimulatedProcess process, Dictionary<EventId, EventRecord> records)
    {
        var integrity = process.Store.Read(database =>
        {
            using var statement = database.Use("PRAGMA integrity_check");
            statement.Step();
            return statement.GetText(0);
        });
        Require(integrity == "ok", integrity);

        Same("all events", List(process, new EventQuery()), records.Values);
        Same("events in flight", List(process, new EventQuery { InFlight = true }), records.Values.Where(record => record.Status.IsInFlight()));
        foreach (var status in Enum.GetValues<EventStatus>())
        {
            var query = new EventQuery { Status = status };
            var found = List(process, query);
            Same($"{status} events", found, records.Values.Where(record => record.Status == status), query.Order);
            Same($"{status} events by id", List(process, query with { ById = true }), records.Values.Where(record => record.Status == status));
            foreach (var summary in found)
            {
                var record = records[summary.Event.Id];
                Require(
                    summary.WaitingOn == record.WaitingOn && summary.AttemptCount == record.AttemptCount && summary.Event.Function == record.Event.Function && summary.Fingerprint == (record.Status is EventStatus.Failed or EventStatus.Retrying ? record.Error?.Fingerprint : summary.Fingerprint),
                    $"The list and the record of {summary.Event.Id} differ.");
            }
        }

        foreach (var group in records.Values.Where(record => record.Event.Entity is not null).GroupBy(record => record.Event.Entity))
        {
            Same($"events of {group.Key}", List(process, new EventQuery { Entity = group.Key }), group);
        }

        foreach (var group in records.Values.Where(record => record.WaitingOn is not null).GroupBy(record => record.WaitingOn!.Value))
        {
            var waiting = process.Ledger.ListWaitingAsync(group.Key, null, records.Count, CancellationToken.None).GetAwaiter().GetResult();
            Require(waiting.SequenceEqual(group.Select(record => record.Id).Order()), $"Those that wait for {group.Key} are not those that say so.");
        }

        Require(process.Count("SELECT count(*) FROM events WHERE waiting_on IS NOT NULL AND status <> 5") == 0, "An event is listed as waiting that does not wait.");
        var requeued = process.Ledger.ListRequeuedAsync(null, records.Count + 1, CancellationToken.None).GetAwaiter().GetResult();
        Require(requeued.Count == 0, $"{requeued.Count} events are listed as set back and not claimed since.");
        var late = process.Ledger.ListLateAsync(null, records.Count + 1, CancellationToken.None).GetAwaiter().GetResult();
        Require(late.Count == 0, $"{late.Count} events are listed as late and still to run.");
        var drifted = process.Catalog.ListDiscrepanciesAsync(null, 1000, CancellationToken.None).GetAwaiter().GetResult();
        Require(drifted.Select(product => product.ProductId).SequenceEqual(process.Products().Where(product => product.HasDiscrepancy).Select(product => product.ProductId)), "The list of discrepancies is not that of the products that differ.");
    }

    private static List<EventSummary> List(SimulatedProcess process, EventQuery query)
    {
        var found = new List<EventSummary>();
        while (true)
        {
            var page = process.Ledger.ListAsync(query, CancellationToken.None).GetAwaiter().GetResult();
            found.AddRange(page.Events);
            if (page.Next is not { } next)
            {
                return found;
            }

            query = query with { Before = next };
        }
    }

    private static void Same(string list, List<EventSummary> found, IEnumerable<EventRecord> expected, EventOrder order = EventOrder.Triggered)
    {
        var ordered = expected.OrderByDescending(record => new EventPosition(order == EventOrder.Updated ? record.UpdatedAt : null, record.Id)).Select(record => record.Id);
        Require(found.Select(summary => summary.Event.Id).SequenceEqual(ordered), $"The list of {list} is not that of the records.");
    }

    private static void Require(bool holds, string what) => Witness.Require(holds, Invariants.IndexesAgree, what);
}
