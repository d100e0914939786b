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
        AttributeDefinitions = [.. Types(definition).Select(type => new AttributeDefinition(type.Key, type.Value))],
        GlobalSecondaryIndexes = [.. definition.Indexes.Select(index => new GlobalSecondaryIndex
        {
            IndexName = index.Name,
            KeySchema = ToSchema(index.Key),
            Projection = new Projection { ProjectionType = index.Projection, NonKeyAttributes = index.Attributes.Count == 0 ? null : [.. index.Attributes] },
        })],
    };

    /// <summary>Ignores indexes that are not part of the definition: they only cost their owner money.</summary>
    public static Finding Compare(string subject, TableDefinition definition, TableDescription actual)
    {
        var comparison = new Comparison();
        comparison.Expect("KeySchema", Text(ToSchema(definition.Key)), Text(actual.KeySchema));
        foreach (var (name, type) in Types(definition))
        {
            comparison.Expect($"type of {name}", type.Value, actual.AttributeDefinitions?.Find(attribute => attribute.AttributeName == name)?.AttributeType?.Value);
        }

        comparison.Expect("BillingMode", BillingMode.PAY_PER_REQUEST.Value, (actual.BillingModeSummary?.BillingMode ?? BillingMode.PROVISIONED).Value);
        foreach (var index in definition.Indexes)
        {
            Compare(comparison, index, actual.GlobalSecondaryIndexes?.Find(candidate => candidate.IndexName == index.Name));
        }

        return comparison.Conclude(subject);
    }

    private static void Compare(Comparison comparison, IndexDefinition expected, GlobalSecondaryIndexDescription? actual)
    {
        if (actual is null)
        {
            comparison.Expect($"index {expected.Name}", Text(ToSchema(expected.Key)), null);
            return;
        }

        comparison.Expect($"KeySchema of index {expected.Name}", Text(ToSchema(expected.Key)), Text(actual.KeySchema));
        comparison.Expect($"ProjectionType of index {expected.Name}", expected.Projection.Value, actual.Projection?.ProjectionType?.Value);
        comparison.Expect($"NonKeyAttributes of index {expected.Name}", Text(expected.Attributes), Text(actual.Projection?.NonKeyAttributes ?? []));
    }

    private static List<KeySchemaElement> ToSchema(KeyDefinition key) => [new(key.Partition, KeyType.HASH), new(key.Sort.Name, KeyType.RANGE)];

    private static Dictionary<string, ScalarAttributeType> Types(TableDefinition definition)
    {
        var types = new Dictionary<string, ScalarAttributeType>();
        foreach (var key in definition.Indexes.Select(index => index.Key).Prepend(definition.Key))
        {
            types[key.Partition] = ScalarAttributeType.S;
            types[key.Sort.Name] = key.Sort.Type;
        }

        return types;
    }

    private static string Text(List<KeySchemaElement> schema) => string.Join(" + ", schema.OrderBy(element => element.KeyType.Value, StringComparer.Ordinal).Select(element => element.AttributeName));

    private static string? Text(IEnumerable<string> attributes) => string.Join(", ", attributes.Order(StringComparer.Ordinal)) is { Length: > 0 } text ? text : null;
}
