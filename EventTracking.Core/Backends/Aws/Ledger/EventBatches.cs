using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Events;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>Reads many events by their keys. An event of up to 4 KB costs a read unit, or half of one if the read need not be consistent.</summary>
internal sealed class EventBatches(IAmazonDynamoDB database, IOptions<AwsOptions> options, TimeProvider time)
{
    private const int MaxTries = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Only what a summary shows, because the attempts make up most of a record.</summary>
    public static (string? Expression, Dictionary<string, string>? Names) Summary { get; } = Project();

    public static (string? Expression, Dictionary<string, string>? Names) Whole => default;

    /// <summary>Reads the items that exist, in any order. DynamoDB may leave part of a batch for the next call.</summary>
    /// <param name="keys">Up to <see cref="IEventLedger.FoundAtOnce"/> keys.</param>
    /// <param name="consistent">Whether writes of the last second must be seen.</param>
    /// <param name="projection">What to read of each item.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<List<Dictionary<string, AttributeValue>>> ReadAsync(
        List<Dictionary<string, AttributeValue>> keys, bool consistent, (string? Expression, Dictionary<string, string>? Names) projection, CancellationToken cancellationToken)
    {
        var table = options.Value.EventsTable;
        List<Dictionary<string, AttributeValue>> read = [];
        for (var attempt = 0; keys.Count > 0; attempt++)
        {
            if (attempt == MaxTries)
            {
                throw new StoreUnavailableException("DynamoDB repeatedly left records of a batch unread. Try again later.");
            }

            if (attempt > 0)
            {
                await Task.Delay(FirstPause * (1 << attempt), time, cancellationToken);
            }

            var batch = new KeysAndAttributes { Keys = keys, ConsistentRead = consistent, ProjectionExpression = projection.Expression, ExpressionAttributeNames = projection.Names };
            var request = new BatchGetItemRequest { RequestItems = new() { [table] = batch } };
            var response = await AwsCall.RunAsync(database.BatchGetItemAsync(request, cancellationToken), cancellationToken);
            read.AddRange(response.Responses?.GetValueOrDefault(table) ?? []);
            keys = response.UnprocessedKeys?.GetValueOrDefault(table)?.Keys ?? [];
        }

        return read;
    }

    private static (string? Expression, Dictionary<string, string>? Names) Project()
    {
        Dictionary<string, string> names = [];
        EventQueries.Project(names, out var expression);
        return (expression, names);
    }
}
