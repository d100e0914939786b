using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>Rows whose range key differs from that of every other row under the key.</summary>
/// <param name="query">The query, whose range includes both ends.</param>
/// <param name="excluded">The end at which the walk starts, if it is to be left out: a cursor or the end of a time range.</param>
/// <param name="orderOf">Returns a text that sorts in the order of the rows.</param>
internal sealed class ShardStream(QueryRequest query, string? excluded, Func<Dictionary<string, AttributeValue>, string> orderOf) : RowStream(query, orderOf)
{
    private readonly Func<Dictionary<string, AttributeValue>, string> orderOf = orderOf;

    public override async Task<int> FetchAsync(IAmazonDynamoDB database, int limit, CancellationToken cancellationToken)
    {
        var response = await FetchPageAsync(database, limit, cancellationToken);
        Add((response.Items ?? []).Where(row => orderOf(row) != excluded));
        Reached = IsFetched ? Reached : orderOf(response.LastEvaluatedKey!);
        return response.ScannedCount ?? 0;
    }
}
