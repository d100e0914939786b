using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws;

/// <summary>The ledger in DynamoDB.</summary>
internal sealed class AwsLedger(IAmazonDynamoDB database, IOptions<AwsOptions> options, IOptions<EventTrackingOptions> tracking)
{
    private string Table => options.Value.EventsTable;

    private TimeSpan Retention => TimeSpan.FromDays(tracking.Value.RecordRetentionDays);

    /// <summary>
    /// Creates a record with status received, unless the event is known. It counts as created too where a lost answer made
    /// the client put it twice, and where the event's own work item was faster and its claim created the record: told by
    /// the time of receipt, since a repeat of the delivery has a later one.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The record may or may not be there.</exception>
    public async Task<CreateResult> TryCreateAsync(EventMetadata metadata, PayloadPointer? pointer, CancellationToken cancellationToken)
    {
        var token = EventItems.NewToken();
        var created = new StoredItem(new EventRecord(metadata) { UpdatedAt = metadata.ReceivedAt, Payload = pointer }, token, token);
        var request = new PutItemRequest
        {
            TableName = Table,
            Item = EventItems.Write(created, Retention),
            ConditionExpression = $"attribute_not_exists({EventsTable.SortKey})",
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };
        while (true)
        {
            try
            {
                await AwsCall.RunAsync(database.PutItemAsync(request, cancellationToken), cancellationToken);
                return new CreateResult(Created: true, created.Record);
            }
            catch (ConditionalCheckFailedException refused)
            {
                // A record that expired just now is gone, and the event is new again.
                if (await FindRefusingAsync(metadata.Id, refused, cancellationToken) is { } stored)
                {
                    var own = stored.Creation is { } creation ? creation.AsSpan().SequenceEqual(token) : stored.Record.Event.ReceivedAt == metadata.ReceivedAt;
                    return new CreateResult(own, stored.Record);
                }
            }
        }
    }

    /// <summary>The record that refused a write: the answer tells it, or else it is read.</summary>
    private async Task<StoredItem?> FindRefusingAsync(EventId id, ConditionalCheckFailedException refused, CancellationToken cancellationToken) =>
        refused.Item is { Count: > 0 } item ? EventItems.Read(item) : await ReadAsync(id, cancellationToken);

    private async Task<StoredItem?> ReadAsync(EventId id, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Table, Key = EventKeys.KeyOf(id), ConsistentRead = true };
        var response = await AwsCall.RunAsync(database.GetItemAsync(request, cancellationToken), cancellationToken);
        return response.Item is { Count: > 0 } item ? EventItems.Read(item) : null;
    }
}

/// <summary>What became of a new event.</summary>
/// <param name="Created">False for one that was known.</param>
/// <param name="Record">The record as it is stored.</param>
internal readonly record struct CreateResult(bool Created, EventRecord Record);
