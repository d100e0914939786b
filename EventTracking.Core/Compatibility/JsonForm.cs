using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTracking.Core.Compatibility;

/// <summary>Stored JSON.</summary>
internal sealed class JsonForm : IStoredForm<JsonNode?>
{
    /// <summary>Returns the JSON that is to be stored with what is unknown in the JSON that is stored.</summary>
    /// <param name="stored">The JSON as it is stored.</param>
    /// <param name="known">The same as this version would have written it.</param>
    /// <param name="next">The JSON to be stored.</param>
    public static byte[] Keep(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> known, byte[] next)
    {
        // Nearly always, this version or one that knows no more has written it.
        if (stored.SequenceEqual(known))
        {
            return next;
        }

        var kept = Unknown<JsonNode?, JsonForm>.Keep(JsonNode.Parse(stored), JsonNode.Parse(known), JsonNode.Parse(next));
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written))
        {
            kept?.WriteTo(writer);
        }

        return written.ToArray();
    }

    public static IReadOnlyDictionary<string, JsonNode?>? MembersOf(JsonNode? value) => value is JsonObject members ? members.ToDictionary() : null;

    public static IReadOnlyList<JsonNode?>? ElementsOf(JsonNode? value) => value is JsonArray elements ? elements.ToArray() : null;

    public static bool AreEqual(JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(left, right);

    // A node belongs to one tree.
    public static JsonNode? ObjectOf(IReadOnlyDictionary<string, JsonNode?> members) =>
        new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    public static JsonNode? ListOf(IReadOnlyList<JsonNode?> elements) => new JsonArray([.. elements.Select(element => element?.DeepClone())]);
}
