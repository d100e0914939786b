using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;

namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>The rows under one key of a table or an index, in an order of texts, fetched as needed.</summary>
/// <param name="query">The query, whose range includes both ends.</param>
/// <param name="orderOf">Returns a text that sorts in the order of the rows.</param>
internal abstract class RowStream(QueryRequest query, Func<Dictionary<string, AttributeValue>, string> orderOf)
{
    private readonly Queue<Dictionary<string, AttributeValue>> rows = [];

    /// <summary>The position up to which all rows were fetched; null before the first fetch.</summary>
    public string? Reached { get; protected set; }

    /// <summary>Whether all rows were fetched.</summary>
    public bool IsFetched { get; private set; }

    /// <summary>The position of the next fetched row.</summary>
    public string? Head => rows.TryPeek(out var row) ? orderOf(row) : null;

    /// <summary>Whether no fetched row is left, although there may be more.</summary>
    public bool IsStarved => !IsFetched && rows.Count == 0;

    public bool IsAtEnd => IsFetched && rows.Count == 0;

    public Dictionary<string, AttributeValue> Take() => rows.Dequeue();

    /// <summary>Fetches more rows and returns how many it read.</summary>
    public abstract Task<int> FetchAsync(IAmazonDynamoDB database, int limit, CancellationToken cancellationToken);

    protected void Add(IEnumerable<Dictionary<string, AttributeValue>> fetched)
    {
        foreach (var row in fetched)
        {
            rows.Enqueue(row);
        }
    }

    protected async Task<QueryResponse> FetchPageAsync(IAmazonDynamoDB database, int limit, CancellationToken cancellationToken)
    {
        query.Limit = limit;
        var response = await AwsCall.RunAsync(database.QueryAsync(query, cancellationToken), cancellationToken);
        IsFetched = response.LastEvaluatedKey is not { Count: > 0 };
        query.ExclusiveStartKey = response.LastEvaluatedKey;
        return response;
    }
}
