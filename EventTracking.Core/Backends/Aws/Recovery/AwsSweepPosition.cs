using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;
using EventTracking.Core.Recovery;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Recovery;

/// <summary>Stored in the events table outside all indexes, because on Lambda every sweep may run in a different process.</summary>
internal sealed class AwsSweepPosition(IAmazonDynamoDB database, IOptions<AwsOptions> options) : ISweepPosition
{
    private const string Position = "position";
    private const string Until = "until";
    private const string Waiting = "waiting";
    private const string Search = "in-flight";
    private const string OldEvents = "old";
    private const string Done = "done";

    private string Table => options.Value.EventsTable;

    public async Task<EventId?> FindAsync(CancellationToken cancellationToken)
    {
        // A position that cannot be read costs one extra round.
        return EventId.TryParse((await FindAsync(Waiting, cancellationToken)).FindText(Position), null, out var position) ? position : null;
    }

    public async Task StoreAsync(EventId? position, CancellationToken cancellationToken)
    {
        var item = NewKey(Waiting);
        item.AddText(Position, position?.ToString());
        await AwsCall.RunAsync(database.PutItemAsync(new PutItemRequest { TableName = Table, Item = item }, cancellationToken), cancellationToken);
    }

    public async Task<OldEventsPosition?> FindOldEventsAsync(CancellationToken cancellationToken)
    {
        var item = await FindAsync(OldEvents, cancellationToken);
        return item.FindTime(Done) is { } done && item.FindTime(Until) is { } until
            ? new OldEventsPosition(done, until, EventId.TryParse(item.FindText(Position), null, out var before) ? before : null)
            : null;
    }

    public async Task StoreOldEventsAsync(OldEventsPosition position, CancellationToken cancellationToken)
    {
        var item = NewKey(OldEvents);
        item.AddTime(Done, position.Done);
        item.AddTime(Until, position.Until);
        item.AddText(Position, position.Before?.ToString());
        await AwsCall.RunAsync(database.PutItemAsync(new PutItemRequest { TableName = Table, Item = item }, cancellationToken), cancellationToken);
    }

    private async Task<Dictionary<string, AttributeValue>> FindAsync(string name, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Table, Key = NewKey(name), ConsistentRead = true };
        return (await AwsCall.RunAsync(database.GetItemAsync(request, cancellationToken), cancellationToken)).Item ?? [];
    }

    public async Task<bool> TryBeginSearchAsync(DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var item = NewKey(Search);
        item.AddTime(Until, until);
        var request = new PutItemRequest
        {
            TableName = Table,
            Item = item,
            // A search that is reserved for longer than this one would be was reserved by a host whose clock was ahead.
            ConditionExpression = "attribute_not_exists(#until) OR #until <= :now OR #until > :longest",
            ExpressionAttributeNames = new() { ["#until"] = Until },
            ExpressionAttributeValues = new() { [":now"] = Attributes.Time(now), [":longest"] = Attributes.Time(until + EventTransitions.MaxSkew) },
        };
        try
        {
            await AwsCall.RunAsync(database.PutItemAsync(request, cancellationToken), cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    // Cannot collide with a partition key of events, which starts with a day.
    private static Dictionary<string, AttributeValue> NewKey(string name) => new()
    {
        [EventsTable.PartitionKey] = Attributes.Text("sweep"),
        [EventsTable.SortKey] = Attributes.Text(name),
    };
}
