using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Events;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Benchmarks.Versions;

/// <summary>Stores what only a newer version knows: attributes of events, an event in a status of its own, and messages.</summary>
internal sealed class NewerVersion(IAmazonDynamoDB database, string table, string prefix) : IDisposable
{
    private const string Attribute = "of_newer";
    private const string Status = "parked";
    private const int Messages = 10;

    private readonly AmazonSQSClient sqs = new();
    private readonly List<EventId> marked = [];
    private readonly List<EventId> parked = [];
    private int messages;

    /// <summary>How much was stored.</summary>
    public int Stored => marked.Count + parked.Count + messages;

    /// <summary>Marks every other event, whether it has ended or runs, and has one of the others in a status of its own.</summary>
    public async Task StoreAsync(IReadOnlyList<EventId> ids)
    {
        foreach (var (id, index) in ids.Select((id, index) => (id, index)))
        {
            if (index % 2 == 0)
            {
                await ChangeAsync(id, $"SET {Attribute} = :value", "a newer version");
                marked.Add(id);
            }
        }

        var created = EventId.ForDelivery("newer", "newer", "parked", TimeProvider.System.GetUtcNow());
        var key = EventKeys.KeyOf(created);
        key["status"] = new AttributeValue(Status);
        key["attention"] = new AttributeValue(EventKeys.Sharded("waiting", EventKeys.ShardOf(created)));
        key["updated_at"] = new AttributeValue { N = "1" };
        await database.PutItemAsync(new PutItemRequest(table, key));
        parked.Add(created);
        var url = (await sqs.GetQueueUrlAsync($"{prefix}{FunctionNames.StockSync}")).QueueUrl;
        for (; messages < Messages; messages++)
        {
            await sqs.SendMessageAsync(new SendMessageRequest(url, $$"""{"format":2,"number":{{messages}}}"""));
        }
    }

    /// <summary>Counts the events that have not ended, and those that failed.</summary>
    public async Task<(int NotEnded, int Failed)> CountAsync(IReadOnlyList<EventId> ids)
    {
        var statuses = await Task.WhenAll(ids.Select(async id => (await ReadAsync(id)).GetValueOrDefault("status")?.S));
        return (statuses.Count(status => !EventStatusText.TryParse(status, out var known) || !known.IsFinal()), statuses.Count(status => status == EventStatus.Failed.ToText()));
    }

    /// <summary>Counts what was stored and is not as it was.</summary>
    public async Task<int> CountChangedAsync()
    {
        var lost = 0;
        foreach (var id in marked)
        {
            lost += (await ReadAsync(id)).GetValueOrDefault(Attribute)?.S == "a newer version" ? 0 : 1;
        }

        foreach (var id in parked)
        {
            lost += (await ReadAsync(id)).GetValueOrDefault("status")?.S == Status ? 0 : 1;
        }

        return lost + (messages == 0 ? 0 : messages - await CountMessagesAsync());
    }

    public void Dispose() => sqs.Dispose();

    private async Task<int> CountMessagesAsync()
    {
        var url = (await sqs.GetQueueUrlAsync($"{prefix}{FunctionNames.StockSync}")).QueueUrl;
        var depth = await sqs.GetQueueAttributesAsync(new GetQueueAttributesRequest(url, ["All"]));
        return depth.ApproximateNumberOfMessages + depth.ApproximateNumberOfMessagesNotVisible + depth.ApproximateNumberOfMessagesDelayed;
    }

    private Task<UpdateItemResponse> ChangeAsync(EventId id, string update, string value) => database.UpdateItemAsync(new UpdateItemRequest
    {
        TableName = table,
        Key = EventKeys.KeyOf(id),
        UpdateExpression = update + ", v = :version",
        ExpressionAttributeValues = new() { [":value"] = new AttributeValue(value), [":version"] = new AttributeValue { B = new MemoryStream(EventItems.NewToken()) } },
    });

    private async Task<Dictionary<string, AttributeValue>> ReadAsync(EventId id) =>
        (await database.GetItemAsync(new GetItemRequest { TableName = table, Key = EventKeys.KeyOf(id), ConsistentRead = true })).Item ?? [];
}
