using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Tests.Backends.Aws.Metering;

/// <summary>What an item counts for when it is written or read, by the rules that DynamoDB publishes.</summary>
internal static class ItemSize
{
    private const int WriteUnitBytes = 1024;
    private const int ReadUnitBytes = 4 * 1024;

    public static int Of(JsonObject item) => item.Sum(attribute => NameAnd(attribute.Key, Of(attribute.Value!.AsObject().Single())));

    public static int Of(Dictionary<string, AttributeValue> item) => item.Sum(attribute => NameAnd(attribute.Key, Of(attribute.Value)));

    public static int WriteUnits(int bytes) => (bytes + WriteUnitBytes - 1) / WriteUnitBytes;

    /// <summary>0 for an item that is not there.</summary>
    public static int WriteUnits(JsonObject? item) => item is null ? 0 : WriteUnits(Of(item));

    /// <summary>Of a consistent read; an answer from nothing counts as one.</summary>
    public static int ReadUnits(int bytes) => Math.Max(1, (bytes + ReadUnitBytes - 1) / ReadUnitBytes);

    private static int Of(KeyValuePair<string, JsonNode?> value) => (value.Key, value.Value!) switch
    {
        ("S", var text) => Text((string)text!),
        ("B", var bytes) => Convert.FromBase64String((string)bytes!).Length,
        ("N", var number) => Number((string)number!),
        ("L", var list) => List(list.AsArray().Select(element => Of(element!.AsObject().Single()))),
        ("M", var map) => Map(map.AsObject().Select(element => NameAnd(element.Key, Of(element.Value!.AsObject().Single())))),
        ("BOOL", _) => 1,
        _ => throw new NotSupportedException(value.Key),
    };

    private static int Of(AttributeValue value) => value switch
    {
        { S: { } text } => Text(text),
        { B: { } bytes } => (int)bytes.Length,
        { N: { } number } => Number(number),
        { L: { } list } => List(list.Select(Of)),
        { M: { } map } => Map(map.Select(element => NameAnd(element.Key, Of(element.Value)))),
        { BOOL: not null } => 1,
        _ => throw new NotSupportedException(),
    };

    private static int NameAnd(string name, int value) => Text(name) + value;

    private static int Text(string text) => Encoding.UTF8.GetByteCount(text);

    private static int List(IEnumerable<int> elements) => 3 + elements.Sum(element => 1 + element);

    private static int Map(IEnumerable<int> elements) => 3 + elements.Sum(element => 1 + element);

    /// <summary>A byte for every two significant digits, in pairs from the decimal point on, and one more; a byte more for a sign. Whole numbers only.</summary>
    private static int Number(string number)
    {
        var digits = number.TrimStart('-').TrimStart('0');
        var pairs = (digits.Length + 1) / 2;
        for (var end = digits.Length; pairs > 0 && end >= 2 && digits.AsSpan(end - 2, 2) is "00"; end -= 2)
        {
            pairs--;
        }

        return 1 + pairs + (number.StartsWith('-') ? 1 : 0);
    }
}
