using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// Lists the events of one entity. Every event writes to this index, so it holds only keys; the records themselves are
/// read consistently, so that an event that was just created is not missed.
/// </summary>
internal sealed class EntityListing(IAmazonDynamoDB database, EventBatches batches, EventReader reader, IOptions<AwsOptions> options)
{
    private const int MaxBatchSize = IEventLedger.FoundAtOnce;
    private const int MaxBatches = 10;

    public async Task<EventPage> ListAsync(EntityKey entity, IdRange range, EventQuery filters, CancellationToken cancellationToken)
    {
        var query = EventQueries.Entity(options.Value.EventsTable, entity, range);
        List<EventSummary> found = [];
        for (var batch = 0; batch < MaxBatches; batch++)
        {
            query.Limit = Math.Min(filters.Limit + 1, MaxBatchSize);
            var response = await AwsCall.RunAsync(database.QueryAsync(query, cancellationToken), cancellationToken);
            List<Dictionary<string, AttributeValue>> keys = [.. (response.Items ?? []).Where(item => item.GetText(EventsTable.SortKey) != range.High).Select(EventKeys.KeyOf)];
            var summaries = await batches.ReadAsync(keys, consistent: true, EventBatches.Summary, cancellationToken);
            found.AddRange(summaries.Select(reader.Summary).Where(summary => IsWanted(summary, filters)).OrderByDescending(summary => summary.Event.Id));
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

    private static bool IsWanted(EventSummary summary, EventQuery filters) =>
        (filters.Status is null || summary.Status == filters.Status)
        && (filters.Source is null || summary.Event.Source == filters.Source)
        && (filters.Topic is null || summary.Event.Topic == filters.Topic)
        && (filters.Function is null || summary.Event.Function == filters.Function)
        && (filters.WaitingOn is null || summary.WaitingOn == filters.WaitingOn);
}
