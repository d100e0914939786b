using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace EventTracking.Testing.Aws.Metering;

/// <summary>
/// Bills DynamoDB. The meter keeps a copy of every item and bills each write by the item before and after. It therefore sends one write of an item
/// at a time and requests the new item. It also compares the endpoint's own figures, which for a write do not include indexes.
/// </summary>
/// <remarks>
/// Unlike AWS, the emulator does not return the item that made a condition fail, even if the request asks for it. The meter adds the item,
/// so that the product does not read it again.
/// </remarks>
internal sealed class TableMeter(Action<Charge> bill)
{
    private const int Lanes = 1024;
    private static readonly Lazy<AWSCredentials> Credentials = new(() => DefaultAWSCredentialsIdentityResolver.GetCredentials());

    private const string RefusedCode = "ConditionalCheckFailedException";

    private readonly ConcurrentDictionary<string, Task<TableShape>> shapes = new();
    private readonly ConcurrentDictionary<string, JsonObject> items = new();
    private readonly SemaphoreSlim[] lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new SemaphoreSlim(1))];
    private int agreed;
    private int unknown;

    /// <summary>Called for every write that took effect, with the table and the item before and after.</summary>
    public Action<string, JsonObject?, JsonObject>? Written { get; set; }

    /// <summary>The number of requests for which the emulator, by its own rules, counted the same.</summary>
    public int Agreed => agreed;

    /// <summary>Queries for which only the emulator's figure is known, because the response does not show which items they read.</summary>
    public int Unchecked => unknown;

    public ConcurrentQueue<string> Disagreements { get; } = [];

    /// <summary>All items of a table, as they are now.</summary>
    public IReadOnlyList<JsonObject> ItemsOf(string table) => [.. items.Where(item => item.Key.StartsWith($"{table}\n", StringComparison.Ordinal)).Select(item => item.Value)];

    public async Task<HttpResponseMessage> SendAsync(string operation, JsonObject body, HttpRequestMessage request, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        if (operation == "BatchGetItem")
        {
            return await ReadBatchAsync(body, request, send, cancellationToken);
        }

        var table = (string)body["TableName"]!;
        var shape = await shapes.GetOrAdd(table, name => DescribeAsync(name, cancellationToken));
        switch (operation)
        {
            case "PutItem" or "UpdateItem":
                var key = (operation == "PutItem" ? body["Item"] : body["Key"])!.AsObject();
                var identity = $"{table}\n{shape.IdentityOf(key)}";
                var lane = lanes[(uint)identity.GetHashCode(StringComparison.Ordinal) % Lanes];
                await lane.WaitAsync(cancellationToken);
                try
                {
                    return await WriteAsync(operation, table, shape, identity, body, request, send, cancellationToken);
                }
                finally
                {
                    lane.Release();
                }

            case "GetItem" or "Query":
                return await ReadAsync(operation, table, shape, body, request, send, cancellationToken);
            default:
                throw new NotSupportedException($"The price of {operation} is not known.");
        }
    }

    private async Task<HttpResponseMessage> WriteAsync(
        string operation, string table, TableShape shape, string identity, JsonObject body, HttpRequestMessage request, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        var before = items.GetValueOrDefault(identity);
        body["ReturnConsumedCapacity"] = "INDEXES";
        if (operation == "UpdateItem")
        {
            body["ReturnValues"] = "ALL_NEW";
        }

        await ReplaceAsync(request, body);
        var answer = await send();
        var result = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        var sent = body["Item"] as JsonObject;
        if (answer.StatusCode == HttpStatusCode.BadRequest && ((string?)result["__type"])?.EndsWith(RefusedCode, StringComparison.Ordinal) == true)
        {
            // The result of the refused update is not known; the size of the existing item is a lower bound.
            var units = Math.Max(1, Math.Max(ItemSize.WriteUnits(before), ItemSize.WriteUnits(sent)));
            bill(new Charge(Meter.WriteUnits, table, $"{operation} {Charge.Refused}", units, Key: identity.Split('\n')[^1]));
            return before is not null && (string?)body["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD" ? WithItem(answer, result, before) : answer;
        }

        if (answer.IsSuccessStatusCode)
        {
            var after = (sent ?? result["Attributes"]!.AsObject()).DeepClone().AsObject();
            items[identity] = after;
            Bill(operation, table, shape, before, after, result);
            Written?.Invoke(table, before, after);
        }

        return answer;
    }

    private void Bill(string operation, string table, TableShape shape, JsonObject? before, JsonObject after, JsonObject result)
    {
        var key = shape.SortKeyOf(after);
        var units = Math.Max(ItemSize.WriteUnits(before), ItemSize.WriteUnits(after));
        bill(new Charge(Meter.WriteUnits, table, operation, units, Key: key));
        Compare(operation, table, units, (double)result["ConsumedCapacity"]!["Table"]!["CapacityUnits"]!);
        foreach (var index in shape.Indexes)
        {
            if (index.WriteUnits(before, after) is var indexUnits and > 0)
            {
                bill(new Charge(Meter.WriteUnits, $"{table}/{index.Name}", operation, indexUnits, Key: key));
            }
        }
    }

    private async Task<HttpResponseMessage> ReadAsync(
        string operation, string table, TableShape shape, JsonObject body, HttpRequestMessage request, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        body["ReturnConsumedCapacity"] = "INDEXES";
        await ReplaceAsync(request, body);
        var answer = await send();
        var result = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        if (!answer.IsSuccessStatusCode)
        {
            return answer;
        }

        var share = (bool?)body["ConsistentRead"] == true ? 1 : 0.5;
        var reported = (double)result["ConsumedCapacity"]!["CapacityUnits"]!;
        var subject = (string?)body["IndexName"] is { } index ? $"{table}/{index}" : table;
        double units;
        if (body.ContainsKey("ProjectionExpression") || body.ContainsKey("FilterExpression"))
        {
            // AWS also bills a response without items; the emulator does not.
            units = Math.Max(share, reported);
            Interlocked.Increment(ref unknown);
        }
        else
        {
            var read = operation == "GetItem" ? [result["Item"]?.AsObject()] : result["Items"]!.AsArray().Select(item => item?.AsObject());
            var bytes = read.Sum(item => item is null ? 0 : ItemSize.Of(item));
            units = share * ItemSize.ReadUnits(bytes);
            if (bytes > 0 || operation == "GetItem")
            {
                Compare(operation, subject, units, reported);
            }
        }

        bill(new Charge(Meter.ReadUnits, subject, operation, units, Key: body["Key"] is JsonObject key ? shape.SortKeyOf(key) : null));
        return answer;
    }

    /// <summary>Each item that was asked for costs what it costs alone, and a missing one as much as a small one. What a projection leaves out is billed too.</summary>
    private async Task<HttpResponseMessage> ReadBatchAsync(JsonObject body, HttpRequestMessage request, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        body["ReturnConsumedCapacity"] = "TOTAL";
        await ReplaceAsync(request, body);
        var answer = await send();
        if (!answer.IsSuccessStatusCode)
        {
            return answer;
        }

        var result = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        foreach (var (table, batch) in body["RequestItems"]!.AsObject())
        {
            var shape = await shapes.GetOrAdd(table, name => DescribeAsync(name, cancellationToken));
            var left = (result["UnprocessedKeys"]?[table]?["Keys"]?.AsArray() ?? []).Select(key => shape.IdentityOf(key!.AsObject())).ToHashSet();
            var share = (bool?)batch!["ConsistentRead"] == true ? 1 : 0.5;
            var units = 0.0;
            foreach (var key in batch["Keys"]!.AsArray().Select(key => key!.AsObject()).Where(key => !left.Contains(shape.IdentityOf(key))))
            {
                var amount = share * ItemSize.ReadUnits(items.TryGetValue($"{table}\n{shape.IdentityOf(key)}", out var item) ? ItemSize.Of(item) : 0);
                bill(new Charge(Meter.ReadUnits, table, "BatchGetItem", amount, Key: shape.SortKeyOf(key)));
                units += amount;
            }

            if (batch["ProjectionExpression"] is null && result["ConsumedCapacity"]?.AsArray().FirstOrDefault(one => (string?)one!["TableName"] == table) is { } reported)
            {
                Compare("BatchGetItem", table, units, (double)reported["CapacityUnits"]!);
            }
            else
            {
                Interlocked.Increment(ref unknown);
            }
        }

        return answer;
    }

    private void Compare(string operation, string subject, double counted, double reported)
    {
        if (Math.Abs(counted - reported) < 0.01)
        {
            Interlocked.Increment(ref agreed);
        }
        else
        {
            Disagreements.Enqueue(FormattableString.Invariant($"{operation} on {subject}: {counted} counted, {reported} reported by the emulator"));
        }
    }

    private static async Task<TableShape> DescribeAsync(string table, CancellationToken cancellationToken)
    {
        using var client = new AmazonDynamoDBClient();
        return TableShape.Of((await client.DescribeTableAsync(table, cancellationToken)).Table);
    }

    private static async Task ReplaceAsync(HttpRequestMessage request, JsonObject body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = request.Content!.Headers.ContentType;
        request.Content = content;
        RequestSigner.Sign(request, bytes, await Credentials.Value.GetCredentialsAsync());
    }

    private static HttpResponseMessage WithItem(HttpResponseMessage answer, JsonObject result, JsonObject refusing)
    {
        result["Item"] = refusing.DeepClone();
        using (answer)
        {
            return new HttpResponseMessage(answer.StatusCode)
            {
                RequestMessage = answer.RequestMessage,
                Content = new StringContent(result.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.0"),
            };
        }
    }
}
