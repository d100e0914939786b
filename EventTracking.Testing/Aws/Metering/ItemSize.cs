using System.Text;
using System.Text.Json.Nodes;

namespace EventTracking.Testing.Aws.Metering;

/// <summary>Computes the size of an item for writes and reads, by the rules that DynamoDB publishes.</summary>
internal static class ItemSize
{
    private const int WriteUnitBytes = 1024;
    private const int ReadUnitBytes = 4 * 1024;

    /// <summary>Bytes of an item as the service writes it.</summary>
    public static int Of(JsonObject item) => item.Sum(attribute => Of(attribute.Key, attribute.Value));

    /// <summary>The size of a missing item is 0.</summary>
    public static int WriteUnits(JsonObject? item) => item is null ? 0 : (Of(item) + WriteUnitBytes - 1) / WriteUnitBytes;

    /// <summary>The units of a consistent read; a response without items counts as one.</summary>
    public static int ReadUnits(int bytes) => Math.Max(1, (bytes + ReadUnitBytes - 1) / ReadUnitBytes);

    private static int Of(string name, JsonNode? value) => Text(name) + Of(value);

    private static int Of(JsonNode? attribute)
    {
        var (type, value) = attribute!.AsObject().Single();
        return type switch
        {
            "S" => Text((string)value!),
            "B" => Convert.FromBase64String((string)value!).Length,
            "N" => Number((string)value!),
            "L" => 3 + value!.AsArray().Sum(element => 1 + Of(element)),
            "M" => 3 + value!.AsObject().Sum(element => 1 + Of(element.Key, element.Value)),
            "BOOL" => 1,
            _ => throw new NotSupportedException(type),
        };
    }

    private static int Text(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>Counts one byte per two significant digits, in pairs from the decimal point on, plus one, plus one for a sign. It supports whole numbers only.</summary>
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
