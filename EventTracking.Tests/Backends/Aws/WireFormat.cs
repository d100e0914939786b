using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Items in the JSON format of the service.</summary>
internal static class WireFormat
{
    public static string Write(Dictionary<string, AttributeValue> item) => ToObject(item).ToJsonString();

    public static JsonObject ToObject(Dictionary<string, AttributeValue> item) => new(item.Select(attribute => KeyValuePair.Create<string, JsonNode?>(attribute.Key, ToNode(attribute.Value))));

    private static JsonObject ToNode(AttributeValue value) => value switch
    {
        { S: { } text } => new JsonObject { ["S"] = text },
        { N: { } number } => new JsonObject { ["N"] = number },
        { B: { } bytes } => new JsonObject { ["B"] = Convert.ToBase64String(bytes.ToArray()) },
        { L: { } list } => new JsonObject { ["L"] = new JsonArray([.. list.Select(ToNode)]) },
        { M: { } map } => new JsonObject { ["M"] = ToObject(map) },
        _ => new JsonObject { ["BOOL"] = value.BOOL },
    };
}
