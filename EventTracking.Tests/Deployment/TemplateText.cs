using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTracking.Tests.Deployment;

/// <summary>Writes JSON in the template's style: what is flat and fits stays on one line.</summary>
internal static class TemplateText
{
    private const int Width = 162;
    private const int MaxDepth = 4;
    private const string Resources = "\n  \"Resources\": ";
    private const string Outputs = ",\n  \"Outputs\": ";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A node without line breaks or spaces.</summary>
    public static string Compact(JsonNode? node) => node?.ToJsonString(Relaxed) ?? "null";

    /// <summary>A node as the template has it at an indentation.</summary>
    public static string Format(JsonNode? node, int indentation) => Format(node, indentation, indentation);

    /// <summary>A member as the template has it at an indentation.</summary>
    public static string Format(string name, JsonNode? value, int indentation)
    {
        var member = $"{Compact(name)}: ";
        return member + Format(value, indentation, indentation + member.Length);
    }

    /// <summary>The template with other resources; all that is before and after them stays as it is.</summary>
    public static string WithResources(string template, JsonObject resources)
    {
        var start = template.IndexOf(Resources, StringComparison.Ordinal) + Resources.Length;
        var end = template.LastIndexOf(Outputs, StringComparison.Ordinal);
        return template[..start] + Format(resources, indentation: 2) + template[end..];
    }

    private static string Format(JsonNode? node, int indentation, int column)
    {
        if (Inline(node) is var line && (node is not (JsonObject or JsonArray) || (DepthOf(node) <= MaxDepth && column + line.Length < Width)))
        {
            return line;
        }

        var inner = indentation + 2;
        var (begin, end, parts) = node is JsonObject members
            ? ('{', '}', members.Select(member => Format(member.Key, member.Value, inner)))
            : ('[', ']', node!.AsArray().Select(item => Format(item, inner)));
        return $"{begin}\n{string.Join(",\n", parts.Select(part => new string(' ', inner) + part))}\n{new string(' ', indentation)}{end}";
    }

    private static string Inline(JsonNode? node) => node switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonObject members => $"{{ {string.Join(", ", members.Select(member => $"{Compact(member.Key)}: {Inline(member.Value)}"))} }}",
        JsonArray items => $"[{string.Join(", ", items.Select(Inline))}]",
        _ => Compact(node),
    };

    private static int DepthOf(JsonNode? node) => node switch
    {
        JsonObject members => 1 + members.Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
        JsonArray items => 1 + items.Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
