using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Records;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Records;

/// <summary>Stores integrations' records in DynamoDB.</summary>
internal sealed class AwsRecordStore(IAmazonDynamoDB database, IOptions<AwsOptions> options) : IRecordStore
{
    private string Table => options.Value.RecordsTable;

    public async Task<RecordData?> FindAsync(RecordKey key, CancellationToken cancellationToken) =>
        await GetAsync(RecordItems.Key(key), cancellationToken) is { } item ? RecordItems.Read(key.Collection, item) : null;

    public async Task<bool> TryWriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken)
    {
        var request = new PutItemRequest
        {
            TableName = Table,
            Item = RecordItems.Write(record),
            ConditionExpression = readVersion is null ? "attribute_not_exists(#v)" : "#v = :read",
            ExpressionAttributeNames = new() { ["#v"] = RecordsTable.Version },
            ExpressionAttributeValues = readVersion is null ? null : VersionValue(readVersion),
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };
        try
        {
            await AwsCall.RunAsync(database.PutItemAsync(request, cancellationToken), cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException exception)
        {
            // The client repeats a write whose response was lost, and the condition then fails because of the first write.
            var refusing = exception.Item is { Count: > 0 } old ? old : await GetAsync(RecordItems.Key(record.Key), cancellationToken);
            return refusing?.FindVersion() == record.Version;
        }
    }

    public async Task<bool> TryDeleteAsync(RecordKey key, string readVersion, CancellationToken cancellationToken)
    {
        var request = new DeleteItemRequest
        {
            TableName = Table,
            Key = RecordItems.Key(key),
            ConditionExpression = "#v = :read",
            ExpressionAttributeNames = new() { ["#v"] = RecordsTable.Version },
            ExpressionAttributeValues = VersionValue(readVersion),
        };
        try
        {
            await AwsCall.RunAsync(database.DeleteItemAsync(request, cancellationToken), cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<RecordData>> ListAsync(string collection, string? label, long? after, int limit, CancellationToken cancellationToken)
    {
        var shards = Enumerable.Range(0, RecordsTable.Shards).Select(shard => new ShardStream(
            label is null ? QueryAll(collection, shard, after) : QueryLabeled(collection, label, shard, after), null, RecordItems.OrderOf));
        return await new ShardMerge<RecordData>(database, [.. shards], descending: false, item => RecordItems.Read(collection, item)).TakeAllAsync(limit, cancellationToken);
    }

    private QueryRequest QueryAll(string collection, int shard, long? after) => new()
    {
        TableName = Table,
        KeyConditionExpression = "#hash = :hash AND #id > :after",
        ExpressionAttributeNames = new() { ["#hash"] = RecordsTable.PartitionKey, ["#id"] = RecordsTable.SortKey },
        ExpressionAttributeValues = new() { [":hash"] = Attributes.Text(RecordItems.Partition(collection, shard)), [":after"] = Attributes.Number(after ?? long.MinValue) },
    };

    /// <summary>Collections may share a label, so the query filters the index by collection.</summary>
    private QueryRequest QueryLabeled(string collection, string label, int shard, long? after) => new()
    {
        TableName = Table,
        IndexName = RecordsTable.ByLabel,
        KeyConditionExpression = "#hash = :hash AND #id > :after",
        FilterExpression = "#pk = :pk",
        ExpressionAttributeNames = new() { ["#hash"] = RecordsTable.Label, ["#id"] = RecordsTable.SortKey, ["#pk"] = RecordsTable.PartitionKey },
        ExpressionAttributeValues = new()
        {
            [":hash"] = Attributes.Text(RecordItems.Partition(label, shard)),
            [":after"] = Attributes.Number(after ?? long.MinValue),
            [":pk"] = Attributes.Text(RecordItems.Partition(collection, shard)),
        },
    };

    private static Dictionary<string, AttributeValue> VersionValue(string version) => new() { [":read"] = Attributes.Binary(Convert.FromHexString(version)) };

    private async Task<Dictionary<string, AttributeValue>?> GetAsync(Dictionary<string, AttributeValue> key, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Table, Key = key, ConsistentRead = true };
        var response = await AwsCall.RunAsync(database.GetItemAsync(request, cancellationToken), cancellationToken);
        return response.Item is { Count: > 0 } item ? item : null;
    }
}
