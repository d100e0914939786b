using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Tables;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// The last day up to which all days are compacted, beside the positions of the sweeper. It only saves requests: without it, the next
/// run looks at all days again.
/// </summary>
internal sealed class CompactionPosition(IAmazonDynamoDB database, IOptions<AwsOptions> options)
{
    private const string Position = "position";
    private const string DayFormat = "yyyy-MM-dd";

    private string Table => options.Value.EventsTable;

    public async Task<DateOnly?> FindAsync(CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Table, Key = NewKey(), ConsistentRead = true };
        var response = await AwsCall.RunAsync(database.GetItemAsync(request, cancellationToken), cancellationToken);
        return DateOnly.TryParseExact(response.Item?.FindText(Position), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }

    /// <summary>Two runs at once may set it back, which costs the next run a few requests.</summary>
    public async Task StoreAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var item = NewKey();
        item.AddText(Position, day.ToString(DayFormat, CultureInfo.InvariantCulture));
        await AwsCall.RunAsync(database.PutItemAsync(new PutItemRequest { TableName = Table, Item = item }, cancellationToken), cancellationToken);
    }

    // Cannot collide with a partition key of events, which starts with a day.
    private static Dictionary<string, AttributeValue> NewKey() => new()
    {
        [EventsTable.PartitionKey] = Attributes.Text("sweep"),
        [EventsTable.SortKey] = Attributes.Text("compaction"),
    };
}
