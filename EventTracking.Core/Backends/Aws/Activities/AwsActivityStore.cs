using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Activities;

/// <summary>
/// One item of the events table per function and slot, outside all indexes. A batch adds to it with one update, which costs one write
/// unit while the item is smaller than 1 KB: a tenth per event of a full batch.
/// </summary>
internal sealed class AwsActivityStore(IAmazonDynamoDB database, IOptions<AwsOptions> options) : IActivityStore
{
    private const string SlotFormat = "yyyy-MM-dd'T'HH:mm'Z'";
    private const int MostPages = 10;

    // By docs/cost.md: what an event and an attempt write, and what an event in need of attention adds over its life.
    private const double UnitsOfEvent = 2;
    private const double UnitsOfAttempt = 2;
    private const double UnitsOfAttention = 7;
    private const double RequestsOfBatch = 2;
    private const double DollarsPerUnit = 0.625e-6;
    private const double DollarsPerPut = 5e-6;
    private const double DollarsPerRequest = 0.4e-6;

    public async Task AddAsync(string function, DateTimeOffset slot, IReadOnlyDictionary<string, long> amounts, CancellationToken cancellationToken)
    {
        var request = new UpdateItemRequest
        {
            TableName = options.Value.EventsTable,
            Key = new()
            {
                [EventsTable.PartitionKey] = Attributes.Text(PartitionOf(function)),
                [EventsTable.SortKey] = Attributes.Text(TextOf(slot)),
            },
            ExpressionAttributeNames = new() { ["#expires"] = EventsTable.ExpiresAt },
            ExpressionAttributeValues = new() { [":expires"] = Attributes.Number(slot.AddDays(IActivityStore.DaysKept).ToUnixTimeSeconds()) },
        };
        List<string> additions = [];
        foreach (var (name, amount) in amounts)
        {
            var number = additions.Count.ToString(CultureInfo.InvariantCulture);
            request.ExpressionAttributeNames["#n" + number] = name;
            request.ExpressionAttributeValues[":n" + number] = Attributes.Number(amount);
            additions.Add($"#n{number} :n{number}");
        }

        request.UpdateExpression = $"SET #expires = :expires ADD {string.Join(", ", additions)}";
        await AwsCall.RunAsync(database.UpdateItemAsync(request, cancellationToken), cancellationToken);
    }

    public async Task<IReadOnlyList<ActivitySlot>> ListAsync(string function, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var query = new QueryRequest
        {
            TableName = options.Value.EventsTable,
            KeyConditionExpression = "#pk = :pk AND #sk BETWEEN :from AND :to",
            ExpressionAttributeNames = new() { ["#pk"] = EventsTable.PartitionKey, ["#sk"] = EventsTable.SortKey },
            ExpressionAttributeValues = new() { [":pk"] = Attributes.Text(PartitionOf(function)), [":from"] = Attributes.Text(TextOf(from)), [":to"] = Attributes.Text(TextOf(to)) },
        };
        List<ActivitySlot> slots = [];
        for (var page = 0; page < MostPages; page++)
        {
            var response = await AwsCall.RunAsync(database.QueryAsync(query, cancellationToken), cancellationToken);
            slots.AddRange((response.Items ?? []).Select(Read).Where(slot => slot.From >= from && slot.From < to));
            query.ExclusiveStartKey = response.LastEvaluatedKey;
            if (query.ExclusiveStartKey is not { Count: > 0 })
            {
                break;
            }
        }

        return slots;
    }

    public ActivityCost? CostOf(IReadOnlyDictionary<string, long> amounts)
    {
        var (events, batches) = (amounts.GetValueOrDefault(ActivityNames.Accepted), amounts.GetValueOrDefault(ActivityNames.Batches));
        var attempts = amounts.GetValueOrDefault(ActivityNames.Postponed)
            + Enum.GetValues<EventStatus>().Where(status => status != EventStatus.Queued).Sum(status => amounts.GetValueOrDefault(status.ToText()));
        var attention = Enum.GetValues<EventStatus>().Where(status => status.NeedsAttention()).Sum(status => amounts.GetValueOrDefault(status.ToText()));
        var units = (events * UnitsOfEvent) + (attempts * UnitsOfAttempt) + (attention * UnitsOfAttention) + batches;
        return new ActivityCost(units, (units * DollarsPerUnit) + (batches * DollarsPerPut) + ((events + (batches * RequestsOfBatch)) * DollarsPerRequest));
    }

    // Cannot collide with the partition key of an event, which starts with a day.
    private static string PartitionOf(string function) => $"activity#{function}";

    private static string TextOf(DateTimeOffset slot) => slot.UtcDateTime.ToString(SlotFormat, CultureInfo.InvariantCulture);

    private static ActivitySlot Read(Dictionary<string, AttributeValue> item) => new(
        DateTimeOffset.ParseExact(item.GetText(EventsTable.SortKey), SlotFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        item.Where(attribute => attribute.Value.N is not null && attribute.Key != EventsTable.ExpiresAt).ToDictionary(attribute => attribute.Key, attribute => item.GetNumber(attribute.Key), StringComparer.Ordinal));
}
