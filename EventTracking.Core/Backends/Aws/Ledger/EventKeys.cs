using System.Globalization;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// The keys of an event's item. Day and shard follow from the id, so a read by id is one call; sixteen shards per day
/// take the load that a single partition could not.
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

    /// <summary>The key in an item of an index, which also contains the keys of the index.</summary>
    public static Dictionary<string, AttributeValue> KeyOf(Dictionary<string, AttributeValue> item) => new()
    {
        [EventsTable.PartitionKey] = item[EventsTable.PartitionKey],
        [EventsTable.SortKey] = item[EventsTable.SortKey],
    };

    public static string Partition(DateOnly day, int shard) => $"{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}#{Digits[shard]}";

    /// <summary>The key of one shard of an index.</summary>
    public static string Sharded(string prefix, int shard) => $"{prefix}#{Digits[shard]}";

    /// <summary>The UTC day of an id; ids beyond the last supported day count as that day.</summary>
    public static DateOnly DayOf(EventId id) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(Math.Min(id.UnixMilliseconds, LastMillisecond)));

    /// <summary>Taken from the random part of the id, so that events of the same moment spread evenly.</summary>
    public static int ShardOf(EventId id) => Crockford.IndexOf(id.ToString()[^1], StringComparison.Ordinal) % Shards;

    private static long LastMillisecond => DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
}
