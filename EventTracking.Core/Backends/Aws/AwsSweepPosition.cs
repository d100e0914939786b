using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Replay;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws;

/// <summary>Beside the events, in no index: on Lambda every sweep may be a process of its own.</summary>
internal sealed class AwsSweepPosition(IAmazonDynamoDB database, IOptions<AwsOptions> options) : ISweepPosition
{
    private const string Position = "position";

    private string Table => options.Value.EventsTable;

    public async Task<EventId?> FindAsync(CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Table, Key = NewKey(), ConsistentRead = true };
        var response = await AwsCall.RunAsync(database.GetItemAsync(request, cancellationToken), cancellationToken);
        return response.Item?.FindId(Position);
    }

    public async Task StoreAsync(EventId? position, CancellationToken cancellationToken)
    {
        var item = NewKey();
        item.AddText(Position, position?.ToString());
        await AwsCall.RunAsync(database.PutItemAsync(new PutItemRequest { TableName = Table, Item = item }, cancellationToken), cancellationToken);
    }

    // No day of an event has such a name.
    private static Dictionary<string, AttributeValue> NewKey() => new()
    {
        [EventsTable.PartitionKey] = Attributes.Text("sweep"),
        [EventsTable.SortKey] = Attributes.Text("waiting"),
    };
}
