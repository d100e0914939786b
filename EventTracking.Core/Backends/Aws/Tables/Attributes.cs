using System.Globalization;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>Converts values to attribute values and back.</summary>
internal static class Attributes
{
    public static AttributeValue Text(string value) => new() { S = value };

    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    public static AttributeValue Time(DateTimeOffset value) => Number(value.UtcTicks);

    public static AttributeValue Flag(bool value) => new() { BOOL = value };

    public static AttributeValue Binary(byte[] value) => new() { B = new MemoryStream(value, 0, value.Length, writable: false, publiclyVisible: true) };

    public static AttributeValue List(IEnumerable<AttributeValue> values) => new() { L = [.. values] };

    public static AttributeValue Map(Dictionary<string, AttributeValue> values) => new() { M = values };

    /// <summary>Stores hexadecimal text as bytes, which takes half the space; any other text stays text.</summary>
    public static AttributeValue Hex(string value) =>
        value.Length > 0 && value.Length % 2 == 0 && value.All(char.IsAsciiHexDigitLower) ? Binary(Convert.FromHexString(value)) : Text(value);

    public static void AddText(this Dictionary<string, AttributeValue> item, string name, string? value)
    {
        if (value is not null)
        {
            item[name] = Text(value);
        }
    }

    public static void AddTime(this Dictionary<string, AttributeValue> item, string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            item[name] = Time(time);
        }
    }

    public static void AddList(this Dictionary<string, AttributeValue> item, string name, IEnumerable<AttributeValue> values)
    {
        if (List(values) is { L.Count: > 0 } list)
        {
            item[name] = list;
        }
    }

    public static string GetText(this Dictionary<string, AttributeValue> item, string name) => item[name].S;

    public static string? FindText(this Dictionary<string, AttributeValue> item, string name) => item.GetValueOrDefault(name)?.S;

    public static long GetNumber(this Dictionary<string, AttributeValue> item, string name) => ToNumber(item[name].N);

    public static long? FindNumber(this Dictionary<string, AttributeValue> item, string name) => item.GetValueOrDefault(name)?.N is { } number ? ToNumber(number) : null;

    public static DateTimeOffset GetTime(this Dictionary<string, AttributeValue> item, string name) => ToTime(item.GetNumber(name));

    public static DateTimeOffset? FindTime(this Dictionary<string, AttributeValue> item, string name) => item.FindNumber(name) is { } ticks ? ToTime(ticks) : null;

    public static byte[]? FindBinary(this Dictionary<string, AttributeValue> item, string name) => item.GetValueOrDefault(name)?.B?.ToArray();

    public static string? FindHex(this Dictionary<string, AttributeValue> item, string name) =>
        item.FindBinary(name) is { } bytes ? Convert.ToHexStringLower(bytes) : item.FindText(name);

    public static IReadOnlyList<AttributeValue> FindList(this Dictionary<string, AttributeValue> item, string name) => item.TryGetValue(name, out var value) ? value.L ?? throw new FormatException($"The attribute '{name}' is no list.") : [];

    public static EventId? FindId(this Dictionary<string, AttributeValue> item, string name) => item.FindText(name) is { } text ? EventId.Parse(text) : null;

    public static EntityKey? FindEntity(this Dictionary<string, AttributeValue> item, string name)
    {
        if (item.FindText(name) is not { } text)
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new EntityKey(text[..colon], text[(colon + 1)..]);
    }

    private static long ToNumber(string number) => long.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static DateTimeOffset ToTime(long ticks) => new(ticks, TimeSpan.Zero);
}
