using System.Text.Json.Nodes;

namespace EventTracking.Testing.Aws.Metering;

/// <summary>The keys of a table, and its global indexes.</summary>
internal sealed class TableShape(IReadOnlyList<string> keys, IReadOnlyList<IndexShape> indexes)
{
    public IReadOnlyList<IndexShape> Indexes => indexes;

    /// <summary>A table as the service describes it.</summary>
    public static TableShape Parse(JsonNode description)
    {
        var keys = KeysOf(description);
        return new TableShape(keys, [.. (description["GlobalSecondaryIndexes"] as JsonArray ?? []).Select(index => Parse(index!, keys))]);
    }

    public string SortKeyOf(JsonObject item) => Text(item[keys[^1]]!);

    public string IdentityOf(JsonObject item) => string.Join('\n', keys.Select(key => Text(item[key]!)));

    private static IndexShape Parse(JsonNode index, string[] tableKeys)
    {
        var keys = KeysOf(index);
        var projection = index["Projection"]!;
        return new IndexShape(
            (string)index["IndexName"]!,
            keys,
            (string)projection["ProjectionType"]! == "ALL" ? null : [.. tableKeys, .. keys, .. (projection["NonKeyAttributes"] as JsonArray ?? []).Select(name => (string)name!)]);
    }

    private static string[] KeysOf(JsonNode shape) =>
        [.. shape["KeySchema"]!.AsArray().OrderBy(key => (string)key!["KeyType"]! == "HASH" ? 0 : 1).Select(key => (string)key!["AttributeName"]!)];

    private static string Text(JsonNode value) => (string)value.AsObject().Single().Value!;
}
