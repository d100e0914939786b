using System.Text.Json.Nodes;
using EventTracking.Core.Backends.Aws.Provisioning;

namespace EventTracking.Tests.Backends.Aws.Restoring;

/// <summary>A table of the fake DynamoDB.</summary>
internal sealed class FakeTable
{
    public const string Region = "arn:aws:dynamodb:eu-west-1:123456789012";

    public required string Name { get; init; }

    public string Arn => $"{Region}:table/{Name}";

    public required JsonObject Schema { get; init; }

    public List<JsonObject> Items { get; init; } = [];

    /// <summary>What a restore brings: the items at the second that every test restores to.</summary>
    public List<JsonObject> ItemsBefore { get; init; } = [];

    public string? TimeToLive { get; set; }

    public bool HasRecovery { get; set; }

    public bool IsProtected { get; set; }

    public SortedDictionary<string, string> Tags { get; init; } = new(StringComparer.Ordinal);

    public JsonObject? Restore { get; init; }

    /// <summary>How often the table is still seen as being made.</summary>
    public int Unfinished { get; set; }

    public string? Stuck { get; set; }

    /// <summary>Everything about the table, to be compared.</summary>
    public string Text => $"{Name} {Schema.ToJsonString()} {TimeToLive} {HasRecovery} {IsProtected} {string.Join(',', Tags)} {string.Join(',', Items.Select(item => item.ToJsonString()))}";

    public static FakeTable Of(TableDefinition definition) => new()
    {
        Name = definition.Name,
        Schema = SchemaOf(definition),
        TimeToLive = definition.TimeToLiveAttribute,
        HasRecovery = true,
        IsProtected = true,
    };

    public JsonObject Describe()
    {
        var table = Schema.DeepClone().AsObject();
        table["TableName"] = Name;
        table["TableArn"] = Arn;
        table["TableStatus"] = Stuck ?? (Unfinished > 0 ? "CREATING" : "ACTIVE");
        table["ItemCount"] = Items.Count;
        table["DeletionProtectionEnabled"] = IsProtected;
        table["BillingModeSummary"] = new JsonObject { ["BillingMode"] = "PAY_PER_REQUEST" };
        if (Restore?.DeepClone() is JsonObject restore)
        {
            restore["RestoreInProgress"] = Unfinished > 0;
            table["RestoreSummary"] = restore;
        }

        Unfinished = Math.Max(0, Unfinished - 1);
        return table;
    }

    private static JsonObject SchemaOf(TableDefinition definition)
    {
        var request = TableComparison.ToRequest(definition);
        return new JsonObject
        {
            ["KeySchema"] = new JsonArray([.. request.KeySchema.Select(element => new JsonObject { ["AttributeName"] = element.AttributeName, ["KeyType"] = element.KeyType.Value })]),
            ["AttributeDefinitions"] = new JsonArray([.. request.AttributeDefinitions.Select(attribute => new JsonObject { ["AttributeName"] = attribute.AttributeName, ["AttributeType"] = attribute.AttributeType.Value })]),
            ["GlobalSecondaryIndexes"] = new JsonArray([.. request.GlobalSecondaryIndexes.Select(index => new JsonObject
            {
                ["IndexName"] = index.IndexName,
                ["IndexStatus"] = "ACTIVE",
                ["KeySchema"] = new JsonArray([.. index.KeySchema.Select(element => new JsonObject { ["AttributeName"] = element.AttributeName, ["KeyType"] = element.KeyType.Value })]),
                ["Projection"] = new JsonObject { ["ProjectionType"] = index.Projection.ProjectionType.Value, ["NonKeyAttributes"] = new JsonArray([.. (index.Projection.NonKeyAttributes ?? []).Select(name => (JsonNode?)name)]) },
            })]),
        };
    }
}
