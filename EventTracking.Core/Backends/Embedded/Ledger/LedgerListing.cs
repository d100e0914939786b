using System.Collections.Concurrent;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>
/// Lists events, newest first. Each listing walks one index down: by id that of the entity, that of a status that needs
/// attention, or that of all ids, and by time that of a status that needs attention. Other filters apply to the rows on the
/// way, up to a limit of records per call.
/// </summary>
internal static class LedgerListing
{
    /// <summary>Maximum number of records that one walk examines.</summary>
    private const int MaxExamined = 10_000;

    // Sorts after every id.
    private const string AboveAll = "~";

    private static readonly ConcurrentDictionary<Shape, (string Page, string Boundary)> Texts = [];

    /// <summary>The filters that apply to the rows on the way, in the order of their parameters.</summary>
    private static readonly (Shape Shape, string Column, Func<Statement, EventQuery, Statement> Bind)[] Filters =
    [
        (Shape.Status, "status", (statement, query) => statement.Bind((long?)query.Status)),
        (Shape.AmongEntities, "entity", (statement, query) => statement.Bind(query.Entity?.ToString())),
        (Shape.Source, "source", (statement, query) => statement.Bind(query.Source)),
        (Shape.Topic, "topic", (statement, query) => statement.Bind(query.Topic)),
        (Shape.Function, "function", (statement, query) => statement.Bind(query.Function)),
        (Shape.Fingerprint, "fingerprint", (statement, query) => statement.Bind(query.Fingerprint)),
        (Shape.WaitingOn, "waiting_on", (statement, query) => statement.Bind(query.WaitingOn?.ToString())),
    ];

    [Flags]
    private enum Shape
    {
        Ids = 0,
        Entity = 1,
        Attention = 2,
        Status = 4,
        Source = 8,
        Topic = 16,
        Function = 32,
        Fingerprint = 64,
        InFlight = 128,
        Times = 256,
        AmongEntities = 512,
        WaitingOn = 1024,
    }

    public static EventPage List(Database database, EventQuery query)
    {
        // A fingerprint without a status matches both statuses that can have a fingerprint.
        if (query is { Order: EventOrder.Updated, Status: null })
        {
            return Merge(query.Limit, Walk(database, query with { Status = EventStatus.Failed }), Walk(database, query with { Status = EventStatus.Retrying }));
        }

        return Walk(database, query);
    }

    private static EventPage Walk(Database database, EventQuery query)
    {
        var shape = GetShape(query);
        var (page, boundary) = Texts.GetOrAdd(shape, static shape => Compose(shape));
        List<EventSummary> found = [];
        using (var statement = database.Use(page))
        {
            BindRange(statement, query, shape);
            foreach (var filter in Filters.Where(filter => shape.HasFlag(filter.Shape)))
            {
                filter.Bind(statement, query);
            }

            statement.Bind(query.Limit + 1);
            while (statement.Step())
            {
                found.Add(LedgerTable.ReadSummary(statement));
            }
        }

        if (found.Count > query.Limit)
        {
            found.RemoveAt(query.Limit);
            return new EventPage(found, found.Count > 0 ? EventPosition.Of(found[^1], query.Order) : query.Before);
        }

        // The walk reached the end of the range or the limit of records per call.
        using var last = database.Use(boundary);
        BindRange(last, query, shape);
        return new EventPage(found, last.Step() ? ReadPosition(last, query.Order) : null);
    }

    private static EventPosition ReadPosition(Statement statement, EventOrder order) =>
        new(order == EventOrder.Updated ? statement.GetTime(1) : null, EventId.Parse(statement.GetText(0)));

    /// <summary>Merges two pages over the same range by time, down to the position that both walks have reached.</summary>
    private static EventPage Merge(int limit, EventPage left, EventPage right)
    {
        EventPosition? seenDownTo = left.Next is { } a && right.Next is { } b ? (a.CompareTo(b) > 0 ? a : b) : left.Next ?? right.Next;
        var both = left.Events.Concat(right.Events)
            .Select(summary => (Position: EventPosition.Of(summary, EventOrder.Updated), Summary: summary))
            .Where(entry => seenDownTo is not { } bound || entry.Position.CompareTo(bound) >= 0)
            .OrderByDescending(entry => entry.Position);
        List<EventSummary> merged = [.. both.Take(limit + 1).Select(entry => entry.Summary)];
        if (merged.Count <= limit)
        {
            return new EventPage(merged, seenDownTo);
        }

        merged.RemoveAt(limit);
        return new EventPage(merged, merged.Count > 0 ? EventPosition.Of(merged[^1], EventOrder.Updated) : seenDownTo);
    }

    private static Shape GetShape(EventQuery query)
    {
        var walk = query.Order == EventOrder.Updated ? Shape.Times | (query.Entity is not null ? Shape.AmongEntities : 0)
            : query.Entity is not null ? Shape.Entity
            : query.Status?.NeedsAttention() is true ? Shape.Attention
            : Shape.Ids;
        return walk
            | (query.Status is not null && (walk & (Shape.Times | Shape.Attention)) == 0 ? Shape.Status : 0)
            | (query.InFlight ? Shape.InFlight : 0)
            | (query.Source is not null ? Shape.Source : 0)
            | (query.Topic is not null ? Shape.Topic : 0)
            | (query.Function is not null ? Shape.Function : 0)
            | (query.Fingerprint is not null ? Shape.Fingerprint : 0)
            | (query.WaitingOn is not null ? Shape.WaitingOn : 0);
    }

    // The inner query walks the index and carries only the filtered columns; whole rows are read only for matches. Its
    // LIMIT keeps SQLite from flattening it, and CROSS JOIN keeps it the outer loop, so its order is the order of the result.
    private static (string Page, string Boundary) Compose(Shape shape)
    {
        var ofStatus = $"{StatusNumbers.NeedsAttention} AND status = ? AND ";
        var (index, key) = shape.HasFlag(Shape.Times) ? ("events_by_attention_time", ofStatus)
            : shape.HasFlag(Shape.Entity) ? ("events_by_entity", "entity = ? AND ")
            : shape.HasFlag(Shape.Attention) ? ("events_by_attention", ofStatus)
            : ("events_by_id", "");
        List<string> filtered = [.. Filters.Where(filter => shape.HasFlag(filter.Shape)).Select(filter => filter.Column)];
        List<string> conditions = [.. filtered.Select(column => $"seen.{column} = ?")];
        if (shape.HasFlag(Shape.InFlight))
        {
            filtered.Add("status");
            conditions.Add($"seen.status IN ({StatusNumbers.InFlight})");
        }

        var columns = string.Concat(filtered.Select(column => $", {column}"));
        var filters = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        var range = $"FROM events INDEXED BY {index} WHERE {key}" + (shape.HasFlag(Shape.Times)
            ? "(updated_at, id) < (?, ?) AND updated_at >= ? ORDER BY updated_at DESC, id DESC"
            : "id < ? AND id >= ? ORDER BY id DESC");
        return (
            $"""
            SELECT {LedgerTable.SummaryColumns}
            FROM (SELECT row, id{columns} {range} LIMIT {MaxExamined}) seen CROSS JOIN events e ON e.row = seen.row
            {filters} LIMIT ?
            """,
            $"SELECT id{(shape.HasFlag(Shape.Times) ? ", updated_at" : "")} {range} LIMIT 1 OFFSET {MaxExamined - 1}");
    }

    private static void BindRange(Statement statement, EventQuery query, Shape shape)
    {
        if (shape.HasFlag(Shape.Entity))
        {
            statement.Bind(query.Entity?.ToString());
        }
        else if ((shape & (Shape.Times | Shape.Attention)) != 0)
        {
            statement.Bind((long?)query.Status);
        }

        var start = query.Start;
        if (shape.HasFlag(Shape.Times))
        {
            statement.Bind(start?.UpdatedAt?.UtcTicks ?? long.MaxValue).Bind(start?.Id.ToString() ?? AboveAll).Bind(query.From?.UtcTicks ?? 0);
        }
        else
        {
            statement.Bind(start?.Id.ToString() ?? AboveAll).Bind(query.From is { } from ? EventId.FirstAt(from).ToString() : "");
        }
    }
}
