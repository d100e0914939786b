using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Translates a table's definition to DynamoDB's terms, in order to create the table and to compare it.</summary>
internal static class TableComparison
{
    public static CreateTableRequest ToRequest(TableDefinition definition) => new()
    {
        TableName = definition.Name,
        BillingMode = BillingMode.PAY_PER_REQUEST,
        KeySchema = ToSchema(definition.Key),
        AttributeDefinitions = ToDefinitions(definition.Indexes.Select(index => index.Key).Prepend(definition.Key)),
        GlobalSecondaryIndexes = [.. definition.Indexes.Select(index => new GlobalSecondaryIndex { IndexName = index.Name, KeySchema = ToSchema(index.Key), Projection = ToProjection(index) })],
    };

    /// <summary>Adds an index to an existing table. DynamoDB fills it with the items that the table has.</summary>
    public static UpdateTableRequest ToRequest(TableDefinition definition, IndexDefinition added) => new()
    {
        TableName = definition.Name,
        AttributeDefinitions = ToDefinitions([added.Key]),
        GlobalSecondaryIndexUpdates =
        [
            new() { Create = new() { IndexName = added.Name, KeySchema = ToSchema(added.Key), Projection = ToProjection(added) } },
        ],
    };

    /// <summary>
    /// Ignores indexes that are missing, because they can be added, and those that are not part of the definition: they only
    /// cost their owner money.
    /// </summary>
    public static Finding Compare(string subject, TableDefinition definition, TableDescription actual)
    {
        var comparison = new Comparison();
        var present = definition.Indexes.Select(index => (Expected: index, Actual: Find(actual, index))).Where(index => index.Actual is not null).ToArray();
        comparison.Expect("KeySchema", Text(ToSchema(definition.Key)), Text(actual.KeySchema));
        foreach (var attribute in ToDefinitions(present.Select(index => index.Expected.Key).Prepend(definition.Key)))
        {
            comparison.Expect(
                $"type of {attribute.AttributeName}",
                attribute.AttributeType.Value,
                actual.AttributeDefinitions?.Find(candidate => candidate.AttributeName == attribute.AttributeName)?.AttributeType?.Value);
        }

        comparison.Expect("BillingMode", BillingMode.PAY_PER_REQUEST.Value, (actual.BillingModeSummary?.BillingMode ?? BillingMode.PROVISIONED).Value);
        foreach (var index in present)
        {
            Compare(comparison, index.Expected, index.Actual!);
        }

        return comparison.Conclude(subject);
    }

    public static GlobalSecondaryIndexDescription? Find(TableDescription? table, IndexDefinition index) =>
        table?.GlobalSecondaryIndexes?.Find(candidate => candidate.IndexName == index.Name);

    private static void Compare(Comparison comparison, IndexDefinition expected, GlobalSecondaryIndexDescription actual)
    {
        comparison.Expect($"KeySchema of index {expected.Name}", Text(ToSchema(expected.Key)), Text(actual.KeySchema));
        comparison.Expect($"ProjectionType of index {expected.Name}", expected.Projection.Value, actual.Projection?.ProjectionType?.Value);
        comparison.Expect($"NonKeyAttributes of index {expected.Name}", Text(expected.Attributes), Text(actual.Projection?.NonKeyAttributes ?? []));
    }

    private static List<KeySchemaElement> ToSchema(KeyDefinition key) => [new(key.Partition, KeyType.HASH), new(key.Sort.Name, KeyType.RANGE)];

    private static Projection ToProjection(IndexDefinition index) =>
        new() { ProjectionType = index.Projection, NonKeyAttributes = index.Attributes.Count == 0 ? null : [.. index.Attributes] };

    private static List<AttributeDefinition> ToDefinitions(IEnumerable<KeyDefinition> keys) =>
    [
        .. keys.SelectMany(key => (AttributeDefinition[])[new(key.Partition, ScalarAttributeType.S), new(key.Sort.Name, key.Sort.Type)])
            .DistinctBy(attribute => attribute.AttributeName),
    ];

    private static string Text(List<KeySchemaElement> schema) => string.Join(" + ", schema.OrderBy(element => element.KeyType.Value, StringComparer.Ordinal).Select(element => element.AttributeName));

    private static string? Text(IEnumerable<string> attributes) => string.Join(", ", attributes.Order(StringComparer.Ordinal)) is { Length: > 0 } text ? text : null;
}
