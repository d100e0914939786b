using System.Collections.Concurrent;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>
/// Lists events, newest first. Each listing walks one index down by id: that of the entity, that of a status that needs
/// attention, or that of all ids. Other filters apply to the rows on the way, up to a limit of records per call.
/// </summary>
internal static class LedgerListing
{
    /// <summary>Maximum number of records that one walk examines.</summary>
    private const int MaxExamined = 10_000;

    // Sorts after every id.
    private const string AboveAll = "~";

    private static readonly ConcurrentDictionary<Shape, (string Page, string Boundary)> Texts = [];

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
    }

    public static EventPage List(Database database, EventQuery query)
    {
        // A fingerprint without a status matches both statuses that can have a fingerprint.
        if (query is { Fingerprint: not null, Status: null, Entity: null })
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
            BindFilters(statement, query, shape).Bind(query.Limit + 1);
            while (statement.Step())
            {
                found.Add(LedgerTable.ReadSummary(statement));
            }
        }

        if (found.Count > query.Limit)
        {
            found.RemoveAt(query.Limit);
            return new EventPage(found, found.Count > 0 ? found[^1].Event.Id : query.Before);
        }

        // The walk reached the end of the range or the limit of records per call.
        using var last = database.Use(boundary);
        BindRange(last, query, shape);
        return new EventPage(found, last.Step() ? EventId.Parse(last.GetText(0)) : null);
    }

    /// <summary>Merges two pages over the same range, down to the id that both walks have reached.</summary>
    private static EventPage Merge(int limit, EventPage left, EventPage right)
    {
        EventId? seenDownTo = left.Next is { } a && right.Next is { } b ? (a > b ? a : b) : left.Next ?? right.Next;
        var both = left.Events.Concat(right.Events).Where(summary => seenDownTo is not { } bound || summary.Event.Id >= bound).OrderByDescending(summary => summary.Event.Id);
        List<EventSummary> merged = [.. both.Take(limit + 1)];
        if (merged.Count <= limit)
        {
            return new EventPage(merged, seenDownTo);
        }

        merged.RemoveAt(limit);
        return new EventPage(merged, merged.Count > 0 ? merged[^1].Event.Id : seenDownTo);
    }

    private static Shape GetShape(EventQuery query)
    {
        var walk = query.Entity is not null ? Shape.Entity
            : query.Status is EventStatus.Failed or EventStatus.Retrying or EventStatus.Waiting ? Shape.Attention
            : Shape.Ids;
        return walk
            | (query.Status is not null && walk != Shape.Attention ? Shape.Status : 0)
            | (query.InFlight ? Shape.InFlight : 0)
            | (query.Source is not null ? Shape.Source : 0)
            | (query.Topic is not null ? Shape.Topic : 0)
            | (query.Function is not null ? Shape.Function : 0)
            | (query.Fingerprint is not null ? Shape.Fingerprint : 0);
    }

    // The inner query walks the index and carries only the filtered columns; whole rows are read only for matches. Its
    // LIMIT keeps SQLite from flattening it, and CROSS JOIN keeps it the outer loop, so its order is the order of the result.
    private static (string Page, string Boundary) Compose(Shape shape)
    {
        var (index, key) = shape.HasFlag(Shape.Entity) ? ("events_by_entity", "entity = ? AND ")
            : shape.HasFlag(Shape.Attention) ? ("events_by_attention", $"{StatusNumbers.NeedsAttention} AND status = ? AND ")
            : ("events_by_id", "");
        List<string> filtered = [.. FilterColumns(shape)];
        List<string> conditions = [.. filtered.Select(column => $"seen.{column} = ?")];
        if (shape.HasFlag(Shape.InFlight))
        {
            filtered.Add("status");
            conditions.Add($"seen.status IN ({StatusNumbers.InFlight})");
        }

        var columns = string.Concat(filtered.Select(column => $", {column}"));
        var filters = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        var range = $"FROM events INDEXED BY {index} WHERE {key}id < ? AND id >= ? ORDER BY id DESC";
        return (
            $"""
            SELECT {LedgerTable.SummaryColumns}
            FROM (SELECT row, id{columns} {range} LIMIT {MaxExamined}) seen CROSS JOIN events e ON e.row = seen.row
            {filters} LIMIT ?
            """,
            $"SELECT id {range} LIMIT 1 OFFSET {MaxExamined - 1}");
    }

    private static IEnumerable<string> FilterColumns(Shape shape)
    {
        if (shape.HasFlag(Shape.Status))
        {
            yield return "status";
        }

        if (shape.HasFlag(Shape.Source))
        {
            yield return "source";
        }

        if (shape.HasFlag(Shape.Topic))
        {
            yield return "topic";
        }

        if (shape.HasFlag(Shape.Function))
        {
            yield return "function";
        }

        if (shape.HasFlag(Shape.Fingerprint))
        {
            yield return "fingerprint";
        }
    }

    private static void BindRange(Statement statement, EventQuery query, Shape shape)
    {
        if (shape.HasFlag(Shape.Entity))
        {
            statement.Bind(query.Entity?.ToString());
        }
        else if (shape.HasFlag(Shape.Attention))
        {
            statement.Bind((long?)query.Status);
        }

        var below = query.To is { } to ? EventId.FirstAt(to).ToString() : AboveAll;
        if (query.Before?.ToString() is { } before && string.CompareOrdinal(before, below) < 0)
        {
            below = before;
        }

        statement.Bind(below).Bind(query.From is { } from ? EventId.FirstAt(from).ToString() : "");
    }

    // The same order as FilterColumns.
    private static Statement BindFilters(Statement statement, EventQuery query, Shape shape)
    {
        if (shape.HasFlag(Shape.Status))
        {
            statement.Bind((long?)query.Status);
        }

        foreach (var filter in (ReadOnlySpan<string?>)[query.Source, query.Topic, query.Function, query.Fingerprint])
        {
            if (filter is not null)
            {
                statement.Bind(filter);
            }
        }

        return statement;
    }
}
