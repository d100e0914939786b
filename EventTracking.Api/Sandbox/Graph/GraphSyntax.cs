using System.Text.Json.Nodes;

namespace EventTracking.Api.Sandbox.Graph;

/// <summary>An operation of a document.</summary>
internal sealed record GraphOperation(string Kind, string Name, IReadOnlyList<GraphVariable> Variables, IReadOnlyList<GraphSelection> Selections);

/// <summary>A variable that an operation declares.</summary>
internal sealed record GraphVariable(string Name, GraphType Type);

/// <summary>A field, or a fragment for one type (whose name is then in <see cref="On"/>).</summary>
internal sealed record GraphSelection(
    string Name,
    string Key,
    string? On,
    IReadOnlyList<GraphArgument> Arguments,
    IReadOnlyList<GraphDirective> Directives,
    IReadOnlyList<GraphSelection> Selections);

/// <summary>A directive on a field, e.g. <c>@idempotent(key: $key)</c>.</summary>
internal sealed record GraphDirective(string Name, IReadOnlyList<GraphArgument> Arguments);

/// <summary>An argument and its value.</summary>
internal sealed record GraphArgument(string Name, GraphValue Value);

/// <summary>A value: a literal, or the name of a variable.</summary>
internal sealed record GraphValue(JsonNode? Literal, string? Variable);

/// <summary>A type as it is written, e.g. <c>[ID!]!</c>.</summary>
internal sealed record GraphType(string Text)
{
    public bool IsRequired => Text.EndsWith('!');

    public bool IsList => Text.StartsWith('[');

    /// <summary>The type of a list's elements.</summary>
    public GraphType Element => new(Text.TrimEnd('!')[1..^1]);

    /// <summary>The name without brackets and exclamation marks.</summary>
    public string Name => Text.Trim('[', ']', '!');

    public override string ToString() => Text;
}

/// <summary>A type of a schema: an object or interface with fields, or an input object whose fields are values.</summary>
internal sealed record GraphTypeDefinition(string Kind, string Name, IReadOnlyDictionary<string, GraphFieldDefinition> Fields);

/// <summary>A field of a type, or an argument of a field (which has no arguments of its own).</summary>
internal sealed record GraphFieldDefinition(string Name, GraphType Type, IReadOnlyDictionary<string, GraphFieldDefinition> Arguments);

/// <summary>A document is not GraphQL.</summary>
internal sealed class GraphSyntaxException(string message) : Exception(message);
