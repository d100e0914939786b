using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Testing.Aws.Metering;

/// <summary>The keys of a table, and its global indexes.</summary>
internal sealed class TableShape(IReadOnlyList<string> keys, IReadOnlyList<IndexShape> indexes)
{
    public IReadOnlyList<IndexShape> Indexes => indexes;

    /// <summary>A table as the service describes it.</summary>
    public static TableShape Of(TableDescription table)
    {
        var keys = KeysOf(table.KeySchema);
        return new TableShape(keys, [.. (table.GlobalSecondaryIndexes ?? []).Select(index => Of(index, keys))]);
    }

    public string SortKeyOf(JsonObject item) => Text(item[keys[^1]]!);

    public string IdentityOf(JsonObject item) => string.Join('\n', keys.Select(key => Text(item[key]!)));

    private static IndexShape Of(GlobalSecondaryIndexDescription index, string[] tableKeys)
    {
        var keys = KeysOf(index.KeySchema);
        return new IndexShape(
            index.IndexName,
            keys,
            index.Projection.ProjectionType == ProjectionType.ALL ? null : [.. tableKeys, .. keys, .. index.Projection.NonKeyAttributes ?? []]);
    }

    private static string[] KeysOf(List<KeySchemaElement> schema) => [.. schema.OrderBy(key => key.KeyType == KeyType.HASH ? 0 : 1).Select(key => key.AttributeName)];

    private static string Text(JsonNode value) => (string)value.AsObject().Single().Value!;
}
