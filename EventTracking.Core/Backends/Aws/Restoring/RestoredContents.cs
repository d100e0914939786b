using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Aws.Restoring;

/// <summary>
/// Reads a page of the restored table, and compares it with the same items of the original: those that have the same version were
/// not written since. A restore that brought nothing, or another table, shows here before anybody switches to it.
/// </summary>
internal sealed class RestoredContents(RestorePlan plan, RestorePlanner planner, IAmazonDynamoDB dynamo, Action<string> report)
{
    private const int SampleSize = IEventLedger.FoundAtOnce;
    private const int MaxRounds = 10;

    private string[] Key => [plan.Original.Key.Partition, plan.Original.Key.Sort.Name];

    /// <exception cref="BackendException">The table has no items although the original has.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var sample = (await dynamo.ScanAsync(new ScanRequest { TableName = plan.Target, Limit = SampleSize, ConsistentRead = true }, cancellationToken)).Items ?? [];
        var original = plan.KeepsName ? null : await planner.DescribeAsync(plan.Original.Name, cancellationToken);
        if (sample.Count == 0 && original?.ItemCount is > 0 and var count)
        {
            throw new BackendException(
                $"The table {plan.Target} was restored and has no items, although {plan.Original.Name} has about {count}. Restore to a later second, unless the table was empty at {RestorePlanner.Text(plan.Moment)}.");
        }

        var restored = await planner.DescribeAsync(plan.Target, cancellationToken);
        report($"table {plan.Target}: about {restored?.ItemCount ?? 0} items (DynamoDB counts every six hours){(original is null ? "" : $"; {plan.Original.Name} has about {original.ItemCount ?? 0}")}");
        report(original is null || sample.Count == 0 ? $"table {plan.Target}: {sample.Count} items were read" : await CompareAsync(sample, cancellationToken));
    }

    private async Task<string> CompareAsync(List<Dictionary<string, AttributeValue>> sample, CancellationToken cancellationToken)
    {
        var now = (await ReadOriginalsAsync(sample, cancellationToken)).ToDictionary(TextOfKey);
        var unchanged = sample.Count(item => now.TryGetValue(TextOfKey(item), out var present) && VersionOf(present) is { } version && version == VersionOf(item));
        var gone = sample.Count(item => !now.ContainsKey(TextOfKey(item)));
        return $"table {plan.Target}: {sample.Count} items were read; {unchanged} of them are the same in {plan.Original.Name}, {sample.Count - unchanged - gone} were written since, {gone} are not there any more";
    }

    private async Task<List<Dictionary<string, AttributeValue>>> ReadOriginalsAsync(List<Dictionary<string, AttributeValue>> sample, CancellationToken cancellationToken)
    {
        List<Dictionary<string, AttributeValue>> read = [];
        Dictionary<string, KeysAndAttributes> left = new()
        {
            [plan.Original.Name] = new KeysAndAttributes { Keys = sample.ConvertAll(item => Key.ToDictionary(name => name, name => item[name])), ConsistentRead = true },
        };
        for (var round = 0; round < MaxRounds && left.Count > 0; round++)
        {
            var response = await dynamo.BatchGetItemAsync(left, cancellationToken);
            read.AddRange(response.Responses?.GetValueOrDefault(plan.Original.Name) ?? []);
            left = response.UnprocessedKeys ?? [];
        }

        return left.Count == 0 ? read : throw new BackendException($"DynamoDB did not return all items of {plan.Original.Name} that were asked for. Run the same command again.");
    }

    private string TextOfKey(Dictionary<string, AttributeValue> item) => string.Join('\n', Key.Select(name => item[name].S ?? item[name].N));

    private static string? VersionOf(Dictionary<string, AttributeValue> item) => item.FindBinary(EventsTable.Version) is { } version ? Convert.ToHexStringLower(version) : null;
}
