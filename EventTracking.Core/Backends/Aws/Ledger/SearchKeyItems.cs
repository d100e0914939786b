using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>Items beside the events, outside all indexes: one for each value by which operators search for an event. Each costs one write unit.</summary>
internal static class SearchKeyItems
{
    /// <summary>Cannot collide with the partition key of an event, which starts with a day.</summary>
    public static string Partition(string value) => $"key#{value}";

    /// <summary>An update, because the role of a function that emits no events may not put items.</summary>
    public static UpdateItemRequest Put(string table, string value, EventId id, DateTimeOffset expiresAt) => new()
    {
        TableName = table,
        Key = new()
        {
            [EventsTable.PartitionKey] = Attributes.Text(Partition(value)),
            [EventsTable.SortKey] = Attributes.Text(id.ToString()),
        },
        UpdateExpression = "SET #expires = :expires",
        ExpressionAttributeNames = new() { ["#expires"] = EventsTable.ExpiresAt },
        ExpressionAttributeValues = new() { [":expires"] = Attributes.Number(expiresAt.ToUnixTimeSeconds()) },
    };
}
