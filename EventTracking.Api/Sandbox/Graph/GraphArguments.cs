using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTracking.Api.Sandbox.Graph;

/// <summary>The values of the arguments of one field, with its variables filled in. They have been validated.</summary>
internal sealed class GraphArguments(IReadOnlyList<GraphArgument> arguments, JsonElement variables)
{
    /// <summary>The value; null if it is not given or is <c>null</c>.</summary>
    public JsonNode? this[string name] => arguments.FirstOrDefault(argument => argument.Name == name)?.Value switch
    {
        { Variable: { } variable } => variables.TryGetProperty(variable, out var value) ? JsonNode.Parse(value.GetRawText()) : null,
        { Literal: var literal } => literal,
        null => null,
    };
}
