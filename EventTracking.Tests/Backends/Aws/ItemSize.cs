using System.Text;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>What an item counts for when it is written, by the rules that DynamoDB publishes.</summary>
internal static class ItemSize
{
    private const int UnitBytes = 1024;

    public static int Of(Dictionary<string, AttributeValue> item) => item.Sum(attribute => Encoding.UTF8.GetByteCount(attribute.Key) + Of(attribute.Value));

    public static int WriteUnits(int bytes) => (bytes + UnitBytes - 1) / UnitBytes;

    /// <summary>Units of a write that changes one item to another: those of the table, and those of each index whose row it changes.</summary>
    public static int CostOf(Dictionary<string, AttributeValue>? before, Dictionary<string, AttributeValue> after) =>
        WriteUnits(Math.Max(before is null ? 0 : Of(before), Of(after)))
        + CostOf(before, after, EventsTable.Entity, [])
        + CostOf(before, after, EventsTable.WaitingOn, [])
        + CostOf(before, after, EventsTable.Attention, EventsTable.Summary);

    private static int CostOf(Dictionary<string, AttributeValue>? before, Dictionary<string, AttributeValue> after, string key, IReadOnlyList<string> carried)
    {
        var old = before is null ? null : Row(before, key, carried);
        var now = Row(after, key, carried);
        return (old, now) switch
        {
            (null, null) => 0,
            (null, _) => WriteUnits(Of(now)),
            (_, null) => WriteUnits(Of(old)),
            _ when old[key].S != now[key].S => WriteUnits(Of(old)) + WriteUnits(Of(now)),
            _ => TextOf(old) == TextOf(now) ? 0 : WriteUnits(Math.Max(Of(old), Of(now))),
        };
    }

    private static Dictionary<string, AttributeValue>? Row(Dictionary<string, AttributeValue> item, string key, IReadOnlyList<string> carried) =>
        !item.ContainsKey(key) ? null : item.Where(attribute => attribute.Key is EventsTable.PartitionKey or EventsTable.SortKey || attribute.Key == key || carried.Contains(attribute.Key)).ToDictionary();

    private static string TextOf(Dictionary<string, AttributeValue> row) =>
        string.Join('|', row.OrderBy(attribute => attribute.Key, StringComparer.Ordinal).Select(attribute => attribute.Value.S ?? attribute.Value.N ?? Convert.ToHexString(attribute.Value.B.ToArray())));

    private static int Of(AttributeValue value) => value switch
    {
        { S: { } text } => Encoding.UTF8.GetByteCount(text),
        { B: { } bytes } => (int)bytes.Length,

        // Two digits a byte, and one more; a byte more for a sign.
        { N: { } number } => ((number.TrimStart('-').Length + 1) / 2) + 1 + (number.StartsWith('-') ? 1 : 0),
        { L: { } list } => 3 + list.Sum(element => 1 + Of(element)),
        { M: { } map } => 3 + map.Sum(element => 1 + Encoding.UTF8.GetByteCount(element.Key) + Of(element.Value)),
        { BOOL: not null } => 1,
        _ => throw new NotSupportedException(),
    };
}
