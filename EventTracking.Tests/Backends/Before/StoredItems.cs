using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Tests.Backends.Before;

/// <summary>Items in DynamoDB's own JSON format, in which each value is under the letter of its type.</summary>
internal static class StoredItems
{
    public static Dictionary<string, AttributeValue> Read(JsonObject item) => item.ToDictionary(attribute => attribute.Key, attribute => Read(attribute.Value!));

    private static AttributeValue Read(JsonNode value)
    {
        var (type, content) = value.AsObject().Single();
        return type switch
        {
            "S" => new() { S = content!.GetValue<string>() },
            "N" => new() { N = content!.GetValue<string>() },
            "B" => new() { B = new MemoryStream(Convert.FromBase64String(content!.GetValue<string>())) },
            "BOOL" => new() { BOOL = content!.GetValue<bool>() },
            "M" => new() { M = Read(content!.AsObject()) },
            "L" => new() { L = [.. content!.AsArray().Select(item => Read(item!))] },
            "SS" => new() { SS = [.. content!.AsArray().Select(item => item!.GetValue<string>())] },
            _ => throw new NotSupportedException($"The fixture has no attributes of the type {type}."),
        };
    }
}
