using System.Globalization;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Records;

namespace EventTracking.Core.Backends.Aws.Records;

/// <summary>Maps records to items: members of the JSON object become attributes, and null members are omitted.</summary>
internal static class RecordItems
{
    public static Dictionary<string, AttributeValue> Key(RecordKey key) => new()
    {
        [RecordsTable.PartitionKey] = Attributes.Text(Partition(key.Collection, ShardOf(key.Id))),
        [RecordsTable.SortKey] = Attributes.Number(key.Id),
    };

    public static string Partition(string name, int shard) => string.Create(CultureInfo.InvariantCulture, $"{name}#{shard:x}");

    /// <summary>A text that sorts in the order of the ids.</summary>
    public static string OrderOf(Dictionary<string, AttributeValue> item) =>
        ((ulong)(item.GetNumber(RecordsTable.SortKey) ^ long.MinValue)).ToString("x16", CultureInfo.InvariantCulture);

    public static Dictionary<string, AttributeValue> Write(RecordData record)
    {
        var item = Key(record.Key);
        using var json = JsonDocument.Parse(record.Json);
        foreach (var member in json.RootElement.EnumerateObject())
        {
            if (Write(member.Value) is { } value)
            {
                item[member.Name] = value;
            }
        }

        item[RecordsTable.Version] = Attributes.Binary(Convert.FromHexString(record.Version));
        if (record.Label is { } label)
        {
            item[RecordsTable.Label] = Attributes.Text(Partition(label, ShardOf(record.Key.Id)));
        }

        return item;
    }

    public static RecordData Read(string collection, Dictionary<string, AttributeValue> item)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in item)
            {
                if (name is not (RecordsTable.PartitionKey or RecordsTable.SortKey or RecordsTable.Label or RecordsTable.Version))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }
            }

            writer.WriteEndObject();
        }

        var label = item.FindText(RecordsTable.Label);
        return new RecordData(
            new RecordKey(collection, item.GetNumber(RecordsTable.SortKey)),
            json.GetBuffer().AsMemory(0, (int)json.Length),
            label?[..label.LastIndexOf('#')],
            item.FindVersion() ?? "");
    }

    public static string? FindVersion(this Dictionary<string, AttributeValue> item) =>
        item.FindBinary(RecordsTable.Version) is { } version ? Convert.ToHexStringLower(version) : null;

    // A bit mask also works for negative ids, whose remainder would be negative.
    private static int ShardOf(long id) => (int)(id & (RecordsTable.Shards - 1));

    private static AttributeValue? Write(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Attributes.Text(value.GetString()!),
        JsonValueKind.Number => new AttributeValue { N = value.GetRawText() },
        JsonValueKind.True or JsonValueKind.False => Attributes.Flag(value.GetBoolean()),
        JsonValueKind.Array => Attributes.List(value.EnumerateArray().Select(element => Write(element) ?? new AttributeValue { NULL = true })),
        JsonValueKind.Object => Attributes.Map(value.EnumerateObject()
            .Select(member => (member.Name, Value: Write(member.Value)))
            .Where(member => member.Value is not null)
            .ToDictionary(member => member.Name, member => member.Value!)),
        _ => null,
    };

    private static void Write(Utf8JsonWriter writer, AttributeValue value)
    {
        if (value.S is { } text)
        {
            writer.WriteStringValue(text);
        }
        else if (value.N is { } number)
        {
            writer.WriteRawValue(number, skipInputValidation: true);
        }
        else if (value.BOOL is { } flag)
        {
            writer.WriteBooleanValue(flag);
        }
        else if (value.L is { } list)
        {
            writer.WriteStartArray();
            list.ForEach(element => Write(writer, element));
            writer.WriteEndArray();
        }
        else if (value.M is { } map)
        {
            writer.WriteStartObject();
            foreach (var (name, member) in map)
            {
                writer.WritePropertyName(name);
                Write(writer, member);
            }

            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
