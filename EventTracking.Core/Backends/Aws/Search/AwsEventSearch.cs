using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;
using EventTracking.Core.Search;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Search;

/// <summary>
/// Queries ranges of keys, never a scan. A search by hash reads one shard of each day, because the shard comes from the hash; a search
/// by trace id reads all sixteen. Both cost what the records have in bytes, at half a read unit per 4 KB.
/// </summary>
internal sealed class AwsEventSearch(IAmazonDynamoDB database, IOptions<AwsOptions> options) : IEventSearch
{
    /// <summary>A page has up to a megabyte: some 2,000 records, or 128 read units.</summary>
    private const int MostPages = 8;

    private string Table => options.Value.EventsTable;

    public async Task<FoundEvents> FindByHashAsync(IReadOnlyList<EventId> hashes, IdTimes range, CancellationToken cancellationToken)
    {
        var wanted = hashes.Select(id => id.HashText).ToHashSet(StringComparer.Ordinal);
        var queries = from day in DaysOf(range)
                      from shard in hashes.Select(EventKeys.ShardOf).Distinct()
                      select DayQuery(day, shard, range);
        var found = await RunAsync(queries, cancellationToken);
        return found with { Ids = [.. found.Ids.Where(id => wanted.Contains(id.HashText))] };
    }

    public async Task<FoundEvents> FindByTraceAsync(string traceId, IdTimes range, int limit, CancellationToken cancellationToken)
    {
        var queries = from day in DaysOf(range)
                      from shard in Enumerable.Range(0, EventKeys.Shards)
                      select WithTrace(DayQuery(day, shard, range), traceId);
        return Limit(await RunAsync(queries, cancellationToken), limit);
    }

    public async Task<FoundEvents> FindByKeyAsync(string value, int limit, CancellationToken cancellationToken)
    {
        var query = EventQueries.Keys(Table, SearchKeyItems.Partition(value), new IdRange(EventQueries.Lowest, EventQueries.Highest), newestFirst: true);
        return Limit(await ReadAsync(query, limit + 1, cancellationToken), limit);
    }

    public async Task<Neighbors> FindNeighborsAsync(EntityKey entity, EventId id, int limit, CancellationToken cancellationToken)
    {
        var earlier = EventQueries.Entity(Table, entity, new IdRange(EventQueries.Lowest, id.ToString()));
        var later = EventQueries.Entity(Table, entity, new IdRange(id.ToString(), EventQueries.Highest));
        later.ScanIndexForward = true;

        // One more, because both ranges include the id itself.
        var found = await Task.WhenAll(ReadAsync(earlier, limit + 1, cancellationToken), ReadAsync(later, limit + 1, cancellationToken));
        return new Neighbors([.. Without(found[0])], [.. Without(found[1])]);

        IEnumerable<EventId> Without(FoundEvents events) => events.Ids.Where(other => other != id).Take(limit);
    }

    private static IEnumerable<DateOnly> DaysOf(IdTimes range)
    {
        var last = DateOnly.FromDateTime((range.To - TimeSpan.FromTicks(1)).UtcDateTime);
        for (var day = DateOnly.FromDateTime(range.From.UtcDateTime); day <= last; day = day.AddDays(1))
        {
            yield return day;
        }
    }

    private static FoundEvents Limit(FoundEvents found, int limit) =>
        new([.. found.Ids.OrderDescending().Take(limit)], found.IsComplete && found.Ids.Count <= limit);

    private QueryRequest DayQuery(DateOnly day, int shard, IdTimes range) => EventQueries.Keys(
        Table, EventKeys.Partition(day, shard), new IdRange(EventId.FirstAt(range.From).ToString(), EventId.FirstAt(range.To).ToString()), newestFirst: true);

    private static QueryRequest WithTrace(QueryRequest query, string traceId)
    {
        query.FilterExpression = "#trace = :trace";
        query.ExpressionAttributeNames["#trace"] = EventsTable.Trace;
        query.ExpressionAttributeValues[":trace"] = Attributes.Hex(traceId);
        return query;
    }

    private async Task<FoundEvents> RunAsync(IEnumerable<QueryRequest> queries, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(queries.Select(query => ReadAsync(query, int.MaxValue, cancellationToken)));
        return new FoundEvents([.. found.SelectMany(part => part.Ids)], found.All(part => part.IsComplete));
    }

    private async Task<FoundEvents> ReadAsync(QueryRequest query, int limit, CancellationToken cancellationToken)
    {
        List<EventId> ids = [];
        if (limit < int.MaxValue)
        {
            query.Limit = limit;
        }

        for (var page = 0; page < MostPages; page++)
        {
            var response = await AwsCall.RunAsync(database.QueryAsync(query, cancellationToken), cancellationToken);
            ids.AddRange((response.Items ?? []).Select(item => EventId.Parse(item.GetText(EventsTable.SortKey))));
            query.ExclusiveStartKey = response.LastEvaluatedKey;
            if (query.ExclusiveStartKey is not { Count: > 0 })
            {
                return new FoundEvents(ids, IsComplete: true);
            }

            if (ids.Count >= limit)
            {
                break;
            }
        }

        return new FoundEvents(ids, IsComplete: false);
    }
}
