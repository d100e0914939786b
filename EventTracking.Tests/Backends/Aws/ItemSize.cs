using System.Text;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>What an item counts for when it is written, by the rules that DynamoDB publishes.</summary>
internal static class ItemSize
{
    private const int UnitBytes = 1024;

    public static int Of(Dictionary<string, AttributeValue> item) => item.Sum(attribute => Encoding.UTF8.GetByteCount(attribute.Key) + Of(attribute.Value));

    public static int WriteUnits(int bytes) => (bytes + UnitBytes - 1) / UnitBytes;

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
