using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// Lists the events of one entity. Every event writes to this index, so it holds only keys; the records themselves are
/// read consistently, so that an event that was just created is not missed.
/// </summary>
internal sealed class EntityListing(IAmazonDynamoDB database, IOptions<AwsOptions> options, TimeProvider time)
{
    private const int MaxBatchSize = 100;
    private const int MaxBatches = 10;
    private const int MaxTries = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    public async Task<EventPage> ListAsync(EntityKey entity, IdRange range, EventQuery filters, CancellationToken cancellationToken)
    {
        var query = EventQueries.Entity(options.Value.EventsTable, entity, range);
        List<EventSummary> found = [];
        for (var batch = 0; batch < MaxBatches; batch++)
        {
            query.Limit = Math.Min(filters.Limit + 1, MaxBatchSize);
            var response = await AwsCall.RunAsync(database.QueryAsync(query, cancellationToken), cancellationToken);
            List<Dictionary<string, AttributeValue>> keys = [.. (response.Items ?? []).Where(item => item.GetText(EventsTable.SortKey) != range.High).Select(KeyOf)];
            var summaries = await ReadAsync(keys, cancellationToken);
            found.AddRange(summaries.Where(summary => IsWanted(summary, filters)).OrderByDescending(summary => summary.Event.Id));
            query.ExclusiveStartKey = response.LastEvaluatedKey;
            if (found.Count > filters.Limit)
            {
                found.RemoveRange(filters.Limit, found.Count - filters.Limit);
                return new EventPage(found, EventPosition.Of(found[^1], EventOrder.Triggered));
            }

            if (query.ExclusiveStartKey is not { Count: > 0 })
            {
                return new EventPage(found, null);
            }
        }

        return new EventPage(found, new EventPosition(null, EventId.Parse(query.ExclusiveStartKey.GetText(EventsTable.SortKey))));
    }

    // An index item also contains the keys of the index.
    private static Dictionary<string, AttributeValue> KeyOf(Dictionary<string, AttributeValue> item) => new()
    {
        [EventsTable.PartitionKey] = item[EventsTable.PartitionKey],
        [EventsTable.SortKey] = item[EventsTable.SortKey],
    };

    private static bool IsWanted(EventSummary summary, EventQuery filters) =>
        (filters.Status is null || summary.Status == filters.Status)
        && (filters.Source is null || summary.Event.Source == filters.Source)
        && (filters.Topic is null || summary.Event.Topic == filters.Topic)
        && (filters.Function is null || summary.Event.Function == filters.Function);

    /// <summary>Reads the records that exist, in any order. DynamoDB may leave part of a batch for the next call.</summary>
    private async Task<List<EventSummary>> ReadAsync(List<Dictionary<string, AttributeValue>> keys, CancellationToken cancellationToken)
    {
        Dictionary<string, string> names = [];
        EventQueries.Project(names, out var projection);
        List<EventSummary> read = [];
        for (var attempt = 0; keys.Count > 0; attempt++)
        {
            if (attempt == MaxTries)
            {
                throw new StoreUnavailableException("DynamoDB repeatedly left records of a batch unread. Try again later.");
            }

            if (attempt > 0)
            {
                await Task.Delay(FirstPause * (1 << attempt), time, cancellationToken);
            }

            var batch = new KeysAndAttributes { Keys = keys, ConsistentRead = true, ProjectionExpression = projection, ExpressionAttributeNames = names };
            var request = new BatchGetItemRequest { RequestItems = new() { [options.Value.EventsTable] = batch } };
            var response = await AwsCall.RunAsync(database.BatchGetItemAsync(request, cancellationToken), cancellationToken);
            read.AddRange((response.Responses?.GetValueOrDefault(options.Value.EventsTable) ?? []).Select(EventItems.ReadSummary));
            keys = response.UnprocessedKeys?.GetValueOrDefault(options.Value.EventsTable)?.Keys ?? [];
        }

        return read;
    }
}
