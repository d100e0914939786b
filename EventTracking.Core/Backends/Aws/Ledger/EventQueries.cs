using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>Builds the queries of listings.</summary>
internal static class EventQueries
{
    /// <summary>Sorts before every id, as <see cref="Highest"/> sorts after every id.</summary>
    public const string Lowest = "0";

    public const string Highest = "~";

    /// <summary>The events of one shard of a day.</summary>
    public static QueryRequest Day(string table, DateOnly day, int shard, IdRange range, EventQuery filters)
    {
        var query = Keyed(table, EventsTable.PartitionKey, EventKeys.Partition(day, shard), range);
        query.ScanIndexForward = false;
        Filter(query, filters, withStatus: true);
        Project(query.ExpressionAttributeNames, out var projection);
        query.ProjectionExpression = projection;
        return query;
    }

    /// <summary>The events of one shard that need attention in one way, by id.</summary>
    public static QueryRequest Attention(string table, string prefix, int shard, IdRange range, bool newestFirst, EventQuery filters)
    {
        var query = Keyed(table, EventsTable.Attention, EventKeys.Sharded(prefix, shard), range);
        query.IndexName = EventsTable.ByAttention;
        query.ScanIndexForward = !newestFirst;
        Filter(query, filters, withStatus: false);
        return query;
    }

    /// <summary>The events of one shard that need attention in one way, newest first by the time since when they do.</summary>
    public static QueryRequest AttentionByTime(string table, EventStatus status, int shard, TimeRange range, EventQuery filters)
    {
        var query = Keyed(table, EventsTable.Attention, EventKeys.Sharded(status.ToText(), shard), EventsTable.UpdatedAt, Attributes.Number(range.Low), Attributes.Number(range.High));
        query.IndexName = EventsTable.ByAttentionTime;
        query.ScanIndexForward = false;
        Filter(query, filters, withStatus: false);
        return query;
    }

    public static QueryRequest Entity(string table, EntityKey entity, IdRange range)
    {
        var query = Keyed(table, EventsTable.Entity, entity.ToString(), range);
        query.IndexName = EventsTable.ByEntity;
        query.ScanIndexForward = false;
        return query;
    }

    public static QueryRequest Dependency(string table, EntityKey dependency, IdRange range)
    {
        var query = Keyed(table, EventsTable.WaitingOn, dependency.ToString(), range);
        query.IndexName = EventsTable.ByDependency;
        return query;
    }

    /// <summary>Reads only the attributes of a summary, because the attempts make up most of a record.</summary>
    public static void Project(Dictionary<string, string> names, out string expression)
    {
        List<string> projected = [EventsTable.SortKey, EventsTable.Format, .. EventsTable.Summary];
        foreach (var attribute in projected)
        {
            names["#" + attribute] = attribute;
        }

        expression = string.Join(", ", projected.Select(attribute => "#" + attribute));
    }

    /// <summary>The keys of one partition of the table.</summary>
    public static QueryRequest Keys(string table, string partition, IdRange range, bool newestFirst)
    {
        var query = Keyed(table, EventsTable.PartitionKey, partition, range);
        query.ScanIndexForward = !newestFirst;
        query.ProjectionExpression = $"#{EventsTable.SortKey}";
        return query;
    }

    private static QueryRequest Keyed(string table, string hash, string value, IdRange range) =>
        Keyed(table, hash, value, EventsTable.SortKey, Attributes.Text(range.Low), Attributes.Text(range.High));

    private static QueryRequest Keyed(string table, string hash, string value, string sort, AttributeValue low, AttributeValue high) => new()
    {
        TableName = table,
        KeyConditionExpression = $"#{hash} = :key AND #{sort} BETWEEN :low AND :high",
        ExpressionAttributeNames = new() { [$"#{hash}"] = hash, [$"#{sort}"] = sort },
        ExpressionAttributeValues = new() { [":key"] = Attributes.Text(value), [":low"] = low, [":high"] = high },
    };

    private static void Filter(QueryRequest query, EventQuery filters, bool withStatus)
    {
        List<(string Attribute, string? Value)> wanted =
        [
            (EventsTable.Source, filters.Source),
            (EventsTable.Topic, filters.Topic),
            (EventsTable.Function, filters.Function),
            (EventsTable.Entity, filters.Entity?.ToString()),
            (EventsTable.WaitingOn, filters.WaitingOn?.ToString()),
        ];
        List<string> conditions = [];
        foreach (var (attribute, value) in wanted)
        {
            if (value is not null)
            {
                query.ExpressionAttributeNames[$"#{attribute}"] = attribute;
                query.ExpressionAttributeValues[$":{attribute}"] = Attributes.Text(value);
                conditions.Add($"#{attribute} = :{attribute}");
            }
        }

        if (filters.Fingerprint is { } fingerprint)
        {
            query.ExpressionAttributeNames[$"#{EventsTable.Fingerprint}"] = EventsTable.Fingerprint;
            query.ExpressionAttributeValues[":fingerprint"] = Attributes.Text(fingerprint);
            query.ExpressionAttributeValues[":packed"] = Attributes.Text(FailureFacts.Start(fingerprint));
            conditions.Add($"(#{EventsTable.Fingerprint} = :fingerprint OR begins_with(#{EventsTable.Fingerprint}, :packed))");
        }

        var statuses = StatusTexts(filters, withStatus).ToList();
        if (statuses.Count > 0)
        {
            statuses.ForEach(text => query.ExpressionAttributeValues[$":{text}"] = Attributes.Text(text));
            query.ExpressionAttributeNames[$"#{EventsTable.Status}"] = EventsTable.Status;
            conditions.Add($"#{EventsTable.Status} IN ({string.Join(", ", statuses.Select(text => $":{text}"))})");
        }

        query.FilterExpression = conditions.Count > 0 ? string.Join(" AND ", conditions) : null;
    }

    /// <summary>The stored texts of the wanted statuses; empty if any status will do.</summary>
    private static IEnumerable<string> StatusTexts(EventQuery filters, bool withStatus)
    {
        var statuses = Enum.GetValues<EventStatus>().Where(status => filters.InFlight ? status.IsInFlight() : withStatus && filters.Status == status);
        return statuses.SelectMany(status => status == EventStatus.Queued ? (string[])[status.ToText(), EventsTable.OldQueued] : [status.ToText()]);
    }
}

/// <summary>A range of ids, both ends included.</summary>
internal readonly record struct IdRange(string Low, string High);

/// <summary>A range of times in ticks, both ends included.</summary>
internal readonly record struct TimeRange(long Low, long High);
