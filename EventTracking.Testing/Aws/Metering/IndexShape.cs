using System.Text.Json.Nodes;

namespace EventTracking.Testing.Aws.Metering;

/// <summary>A global index.</summary>
/// <param name="name">Its name.</param>
/// <param name="keys">Its partition key and its sort key; an item without one of them is not in it.</param>
/// <param name="projected">The projected attributes, including all keys; null for all attributes.</param>
internal sealed class IndexShape(string name, IReadOnlyList<string> keys, HashSet<string>? projected)
{
    public string Name => name;

    /// <summary>
    /// Returns the units of a change: none if the entry stays the same, those of one write if it appears, disappears or changes, and those of two if it
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

    private JsonObject? EntryOf(JsonObject? item) => item is null || keys.Any(key => !item.ContainsKey(key))
        ? null
        : new JsonObject(item.Where(attribute => projected?.Contains(attribute.Key) != false).Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value?.DeepClone())));
}
