using System.Text.Json.Nodes;

namespace EventTracking.Tests.Backends.Aws.Metering;

/// <summary>The keys of a table, and what its indexes repeat, as the service describes it.</summary>
internal sealed class TableShape
{
    private readonly string[] keys;

    public TableShape(JsonNode description)
    {
        keys = KeysOf(description);
        Indexes = [.. (description["GlobalSecondaryIndexes"] as JsonArray ?? []).Select(index => new IndexShape(index!, keys))];
    }

    public IReadOnlyList<IndexShape> Indexes { get; }

    public string SortKeyOf(JsonObject item) => Text(item[keys[^1]]!);

    public string IdentityOf(JsonObject item) => string.Join('\n', keys.Select(key => Text(item[key]!)));

    internal static string[] KeysOf(JsonNode shape) =>
        [.. shape["KeySchema"]!.AsArray().OrderBy(key => (string)key!["KeyType"]! == "HASH" ? 0 : 1).Select(key => (string)key!["AttributeName"]!)];

    private static string Text(JsonNode value) => (string)value.AsObject().Single().Value!;
}

/// <summary>A global index.</summary>
internal sealed class IndexShape
{
    private readonly string[] keys;
    private readonly HashSet<string>? projected;

    public IndexShape(JsonNode description, string[] tableKeys)
    {
        keys = TableShape.KeysOf(description);
        Name = (string)description["IndexName"]!;
        var projection = description["Projection"]!;
        projected = (string)projection["ProjectionType"]! == "ALL"
            ? null
            : [.. tableKeys, .. keys, .. (projection["NonKeyAttributes"] as JsonArray ?? []).Select(name => (string)name!)];
    }

    public string Name { get; }

    /// <summary>The item's entry; null for an item that is not in the index.</summary>
    public JsonObject? EntryOf(JsonObject? item)
    {
        if (item is null || keys.Any(key => !item.ContainsKey(key)))
        {
            return null;
        }

        return new JsonObject(item.Where(attribute => projected?.Contains(attribute.Key) != false).Select(attribute => new KeyValuePair<string, JsonNode?>(attribute.Key, attribute.Value?.DeepClone())));
    }

    /// <summary>
    /// Units of a change: nothing where the entry stays as it is, one write where it comes, goes or changes, and two where it
    /// moves to another key.
    /// </summary>
    public int WriteUnits(JsonObject? before, JsonObject? after)
    {
        var (old, current) = (EntryOf(before), EntryOf(after));
        if (old is null || current is null || keys.Any(key => !JsonNode.DeepEquals(old[key], current[key])))
        {
            return ItemSize.WriteUnits(old) + ItemSize.WriteUnits(current);
        }

        return JsonNode.DeepEquals(old, current) ? 0 : Math.Max(ItemSize.WriteUnits(old), ItemSize.WriteUnits(current));
    }
}
