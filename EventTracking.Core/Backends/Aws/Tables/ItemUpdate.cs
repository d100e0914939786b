using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>
/// A conditional update of one item. Expressions use placeholders for all names, because many names are reserved words.
/// </summary>
internal sealed class ItemUpdate(string table, Dictionary<string, AttributeValue> key)
{
    private readonly Dictionary<string, string> names = [];
    private readonly Dictionary<string, AttributeValue> values = [];
    private readonly List<string> assignments = [];
    private readonly List<string> removals = [];

    /// <summary>Returns the placeholder of an attribute.</summary>
    public string Name(string attribute)
    {
        var placeholder = "#" + attribute;
        names[placeholder] = attribute;
        return placeholder;
    }

    /// <summary>Returns the placeholder of a value.</summary>
    public string Value(string name, AttributeValue value)
    {
        var placeholder = ":" + name;
        values[placeholder] = value;
        return placeholder;
    }

    public void Set(string attribute, AttributeValue value) => Assign(Name(attribute), Value(attribute, value));

    public void Set(Dictionary<string, AttributeValue> attributes)
    {
        foreach (var (attribute, value) in attributes)
        {
            Set(attribute, value);
        }
    }

    /// <summary>Sets only the attributes that the item does not have yet.</summary>
    public void SetMissing(Dictionary<string, AttributeValue> attributes)
    {
        foreach (var (attribute, value) in attributes)
        {
            Assign(Name(attribute), $"if_not_exists({Name(attribute)}, {Value(attribute, value)})");
        }
    }

    public void Assign(string path, string expression) => assignments.Add($"{path} = {expression}");

    public void Remove(params ReadOnlySpan<string> attributes)
    {
        foreach (var attribute in attributes)
        {
            removals.Add(Name(attribute));
        }
    }

    public UpdateItemRequest When(string condition, ReturnValue? returned = null) => new()
    {
        TableName = table,
        Key = key,
        UpdateExpression = $"SET {string.Join(", ", assignments)}{(removals.Count > 0 ? $" REMOVE {string.Join(", ", removals)}" : "")}",
        ConditionExpression = condition,
        ExpressionAttributeNames = names,
        ExpressionAttributeValues = values,
        ReturnValues = returned ?? ReturnValue.NONE,
        ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
    };
}
