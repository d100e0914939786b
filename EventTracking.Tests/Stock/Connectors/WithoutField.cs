using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTracking.Tests.Stock.Connectors;

/// <summary>A JSON text once without each of its members, wherever they are.</summary>
internal static class WithoutField
{
    /// <summary>Returns the path of each member, e.g. <c>data.nodes[0].sku</c>, with the text that lacks it.</summary>
    public static IEnumerable<(string Path, string Json)> Of(string json)
    {
        foreach (var path in PathsOf(JsonNode.Parse(json)!))
        {
            var copy = JsonNode.Parse(json)!;
            var parent = path[..^1].Aggregate(copy, (node, step) => int.TryParse(step, out var index) && node is JsonArray ? node[index]! : node[step]!);
            parent.AsObject().Remove(path[^1]);
            yield return (string.Join('.', path), copy.ToJsonString());
        }
    }

    /// <summary>Returns the path of each value with the text in which it is of another kind.</summary>
    public static IEnumerable<(string Path, string Json)> OfWrongKind(string json)
    {
        foreach (var path in PathsOf(JsonNode.Parse(json)!))
        {
            var copy = JsonNode.Parse(json)!;
            var parent = path[..^1].Aggregate(copy, (node, step) => int.TryParse(step, out var index) && node is JsonArray ? node[index]! : node[step]!);
            parent[path[^1]] = parent[path[^1]]?.GetValueKind() == JsonValueKind.String ? JsonNode.Parse("[7]") : JsonNode.Parse("\"x\"");
            yield return (string.Join('.', path), copy.ToJsonString());
        }
    }

    private static IEnumerable<string[]> PathsOf(JsonNode node) => node switch
    {
        JsonObject json => json.SelectMany(member => (string[][])[[member.Key], .. member.Value is null ? [] : PathsOf(member.Value).Select(path => (string[])[member.Key, .. path])]),
        JsonArray list => list.SelectMany((element, index) => element is null ? [] : PathsOf(element).Select(path => (string[])[$"{index}", .. path])),
        _ => [],
    };
}
