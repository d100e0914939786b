using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;

namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>The rows under one key of a table or of an index, in the order of their range keys, fetched as they are needed.</summary>
/// <param name="query">Its range takes in both ends.</param>
/// <param name="excluded">The end at which the walk starts where that is not part of it: a cursor, or the bound of a time.</param>
/// <param name="orderOf">A text that is ordered as the rows are.</param>
internal sealed class ShardStream(QueryRequest query, string? excluded, Func<Dictionary<string, AttributeValue>, string> orderOf)
{
    private readonly Queue<Dictionary<string, AttributeValue>> rows = [];

    /// <summary>All up to this place was fetched; null before the first fetch.</summary>
    public string? Reached { get; private set; }

    /// <summary>All was fetched.</summary>
    public bool IsFetched { get; private set; }

    /// <summary>The place of the next row, of those fetched.</summary>
    public string? Head => rows.TryPeek(out var row) ? orderOf(row) : null;

    /// <summary>Nothing is at hand, but there may be more.</summary>
    public bool IsStarved => !IsFetched && rows.Count == 0;

    public bool IsAtEnd => IsFetched && rows.Count == 0;

    public Dictionary<string, AttributeValue> Take() => rows.Dequeue();

    /// <summary>Fetches a page; how many rows it looked at.</summary>
    public async Task<int> FetchAsync(IAmazonDynamoDB database, int limit, CancellationToken cancellationToken)
    {
        query.Limit = limit;
        var response = await AwsCall.RunAsync(database.QueryAsync(query, cancellationToken), cancellationToken);
        foreach (var row in (response.Items ?? []).Where(row => orderOf(row) != excluded))
        {
            rows.Enqueue(row);
        }

        IsFetched = response.LastEvaluatedKey is not { Count: > 0 };
        Reached = IsFetched ? Reached : orderOf(response.LastEvaluatedKey!);
        query.ExclusiveStartKey = response.LastEvaluatedKey;
        return response.ScannedCount ?? 0;
    }
}
