using System.Globalization;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// Where an event lies. Day and shard follow from its id, so a read by id is one call; sixteen shards a day take what a
/// single partition could not.
/// </summary>
internal static class EventKeys
{
    public const int Shards = 16;

    private const string Digits = "0123456789abcdef";
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static Dictionary<string, AttributeValue> KeyOf(EventId id) => new()
    {
        [EventsTable.PartitionKey] = Attributes.Text(Partition(DayOf(id), ShardOf(id))),
        [EventsTable.SortKey] = Attributes.Text(id.ToString()),
    };

    public static string Partition(DateOnly day, int shard) => $"{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}#{Digits[shard]}";

    /// <summary>An index key of one of an event's shards.</summary>
    public static string Sharded(string prefix, int shard) => $"{prefix}#{Digits[shard]}";

    /// <summary>The UTC day of an id; what lies beyond the last day there is counts as that.</summary>
    public static DateOnly DayOf(EventId id) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(Math.Min(id.UnixMilliseconds, LastMillisecond)));

    /// <summary>From the random part's end, so that events of one moment spread evenly.</summary>
    public static int ShardOf(EventId id) => Crockford.IndexOf(id.ToString()[^1], StringComparison.Ordinal) % Shards;

    private static long LastMillisecond => DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
}
