using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTracking.Api.Sandbox.Graph;

/// <summary>Performs a validated operation: it answers exactly the selected fields, under the names that were asked for.</summary>
/// <param name="variables">The values of the variables.</param>
/// <param name="typeOf">Returns the name of an object's type.</param>
/// <param name="resolve">Returns the value of an object's field: a scalar, another object, a list of either, or null.</param>
internal sealed class GraphExecution(JsonElement variables, Func<object, string> typeOf, Func<object, GraphSelection, GraphArguments, object?> resolve)
{
    public JsonObject Run(GraphOperation operation) => Project(GraphRoot.Instance, operation.Selections);

    private JsonObject Project(object parent, IReadOnlyList<GraphSelection> selections)
    {
        var json = new JsonObject();
        foreach (var selection in selections)
        {
            if (selection.On is { } type)
            {
                if (type == typeOf(parent))
                {
                    foreach (var (key, value) in Project(parent, selection.Selections).ToList())
                    {
                        json[key] = value?.DeepClone();
                    }
                }
            }
            else
            {
                json[selection.Key] = selection.Name == "__typename" ? typeOf(parent) : Value(resolve(parent, selection, Arguments(selection.Arguments)), selection);
            }
        }

        return json;
    }

    private JsonNode? Value(object? resolved, GraphSelection selection) => resolved switch
    {
        null => null,
        string text => text,
        int number => number,
        bool flag => flag,
        IEnumerable<object?> list => new JsonArray([.. list.Select(element => Value(element, selection))]),
        _ => Project(resolved, selection.Selections),
    };

    private GraphArguments Arguments(IReadOnlyList<GraphArgument> arguments) => new(arguments, variables);
}

/// <summary>The object that holds the operations.</summary>
internal sealed class GraphRoot
{
    public static GraphRoot Instance { get; } = new();
}
