using System.Text.Json.Nodes;

namespace EventTracking.Tests.Backends.Before;

/// <summary>The words of recorded responses that have been renamed since. Everything else must stay the same.</summary>
internal static class RenamedWords
{
    /// <summary>
    /// JSON properties by their old name. If the new name depends on the status of the object, the old status comes first, e.g.
    /// <c>["retrying/leaseUntil"] = "retryAt"</c>.
    /// </summary>
    private static readonly Dictionary<string, string> Properties = new() { ["retrying/leaseUntil"] = "retryAt", ["interventions"] = "history" };

    /// <summary>
    /// Values by property, both with their old names, e.g. <c>["status=received"] = "queued"</c>. They also occur in
    /// queries.
    /// </summary>
    private static readonly Dictionary<string, string> Values = new()
    {
        ["status=received"] = "queued",
        ["kind=manual"] = "replay",
        ["kind=bulk"] = "bulk-replay",
        ["kind=automatic"] = "release",
    };

    /// <summary>Converts a recorded response to the expected one.</summary>
    public static JsonNode In(JsonNode recorded) => Normalize(Rename(recorded, "")!);

    /// <summary>Converts a recorded path to the one to request now.</summary>
    public static string InPath(string path)
    {
        if (path.Split('?', 2) is not [var before, var query])
        {
            return path;
        }

        return $"{before}?{string.Join('&', query.Split('&').Select(part => Values.TryGetValue(part, out var renamed) ? $"{part.Split('=')[0]}={renamed}" : part))}";
    }

    /// <summary>Omits null properties, so that a new property that is null makes no difference.</summary>
    public static JsonNode Normalize(JsonNode node) => node switch
    {
        JsonObject properties => new JsonObject(properties.Where(property => property.Value is not null).Select(property => KeyValuePair.Create<string, JsonNode?>(property.Key, Normalize(property.Value!)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Normalize(item))]),
        _ => node.DeepClone(),
    };

    private static JsonNode? Rename(JsonNode? node, string property) => node switch
    {
        JsonObject properties => new JsonObject(properties.Select(entry => KeyValuePair.Create(NameOf(entry.Key, properties), Rename(entry.Value, entry.Key)))),
        JsonArray items => new JsonArray([.. items.Select(item => Rename(item, property))]),
        JsonValue value when value.TryGetValue<string>(out var text) && Values.TryGetValue($"{property}={text}", out var renamed) => JsonValue.Create(renamed),
        null => null,
        _ => node.DeepClone(),
    };

    private static string NameOf(string property, JsonObject owner)
    {
        var status = owner["status"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
        return Properties.TryGetValue($"{status}/{property}", out var special) ? special : Properties.GetValueOrDefault(property, property);
    }
}
