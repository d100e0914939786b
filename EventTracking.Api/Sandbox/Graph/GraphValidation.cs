using System.Globalization;
using System.Text.Json;

namespace EventTracking.Api.Sandbox.Graph;

/// <summary>
/// Checks an operation and its variables against a schema before anything is performed, so that a wrong name fails here as it does
/// at the real API. The codes are those of Shopify's server.
/// </summary>
internal sealed class GraphValidation(GraphSchema schema, IReadOnlyDictionary<string, GraphFieldDefinition> directives)
{
    private readonly List<GraphError> errors = [];
    private readonly HashSet<string> used = new(StringComparer.Ordinal);
    private Dictionary<string, GraphType> variables = [];

    public IReadOnlyList<GraphError> Check(GraphOperation operation, JsonElement values)
    {
        variables = operation.Variables.ToDictionary(variable => variable.Name, variable => variable.Type, StringComparer.Ordinal);
        CheckSelections(operation.Selections, schema.Find(operation.Kind == "query" ? "QueryRoot" : "Mutation")!);
        foreach (var variable in operation.Variables)
        {
            if (!used.Contains(variable.Name))
            {
                Add("variableNotUsed", $"Variable ${variable.Name} is declared by {operation.Name} but not used");
            }

            CheckValue(values.ValueKind == JsonValueKind.Object && values.TryGetProperty(variable.Name, out var value) ? value : null, variable.Type, variable.Name);
        }

        return errors;
    }

    private void CheckSelections(IReadOnlyList<GraphSelection> selections, GraphTypeDefinition type)
    {
        foreach (var selection in selections)
        {
            if (selection.On is { } on)
            {
                if (schema.Find(on) is { } fragment)
                {
                    CheckSelections(selection.Selections, fragment);
                }
                else
                {
                    Add("undefinedType", $"No such type {on}, so it can't be a fragment condition");
                }
            }
            else if (selection.Name != "__typename")
            {
                CheckField(selection, type);
            }
        }
    }

    private void CheckField(GraphSelection selection, GraphTypeDefinition type)
    {
        if (!type.Fields.TryGetValue(selection.Name, out var field))
        {
            Add("undefinedField", $"Field '{selection.Name}' doesn't exist on type '{type.Name}'");
            return;
        }

        CheckArguments(selection.Arguments, field.Arguments, $"Field '{field.Name}'");
        foreach (var directive in selection.Directives)
        {
            if (directives.TryGetValue(directive.Name, out var known))
            {
                CheckArguments(directive.Arguments, known.Arguments, $"Directive '{directive.Name}'");
            }
            else
            {
                Add("undefinedDirective", $"Directive @{directive.Name} is not defined");
            }
        }

        var fieldType = schema.Find(field.Type.Name);
        if (fieldType is null != (selection.Selections.Count == 0))
        {
            Add("selectionMismatch", fieldType is null ? $"Selections can't be made on scalars (field '{field.Name}' returns {field.Type})" : $"Field must have selections (field '{field.Name}' returns {field.Type.Name} but has no selections)");
        }
        else if (fieldType is not null)
        {
            CheckSelections(selection.Selections, fieldType);
        }
    }

    private void CheckArguments(IReadOnlyList<GraphArgument> given, IReadOnlyDictionary<string, GraphFieldDefinition> known, string owner)
    {
        foreach (var argument in given)
        {
            if (!known.TryGetValue(argument.Name, out var definition))
            {
                Add("argumentNotAccepted", $"{owner} doesn't accept argument '{argument.Name}'");
            }
            else if (argument.Value.Variable is not { } name)
            {
                CheckLiteral(argument, definition.Type, owner);
            }
            else if (!variables.TryGetValue(name, out var type))
            {
                Add("variableNotDefined", $"Variable ${name} is used but not declared");
            }
            else
            {
                used.Add(name);
                if (type.Text != definition.Type.Text && type.Text != definition.Type.Text + "!")
                {
                    Add("variableMismatch", $"Type mismatch on variable ${name} and argument {argument.Name} ({type} / {definition.Type})");
                }
            }
        }

        foreach (var missing in known.Values.Where(definition => definition.Type.IsRequired && given.All(argument => argument.Name != definition.Name)))
        {
            Add("missingRequiredArguments", $"{owner} is missing required arguments: {missing.Name}");
        }
    }

    private void CheckLiteral(GraphArgument argument, GraphType type, string owner)
    {
        var count = errors.Count;
        CheckValue(argument.Value.Literal is { } literal ? JsonDocument.Parse(literal.ToJsonString()).RootElement : default(JsonElement?), type, argument.Name);
        if (errors.Count > count)
        {
            errors.RemoveRange(count, errors.Count - count);
            Add("argumentLiteralsIncompatible", $"Argument '{argument.Name}' on {owner} has an invalid value. Expected type '{type}'.");
        }
    }

    private void CheckValue(JsonElement? given, GraphType type, string path)
    {
        if (given is not { ValueKind: not JsonValueKind.Null } value)
        {
            if (type.IsRequired)
            {
                Invalid(path, type, "Expected value to not be null");
            }
        }
        else if (type.IsList)
        {
            CheckList(value, type, path);
        }
        else if (schema.Find(type.Name) is { Kind: "input" } input)
        {
            CheckInput(value, input, type, path);
        }
        else if (!IsScalar(value, type.Name))
        {
            Invalid(path, type, $"Could not coerce value {value.GetRawText()} to {type.Name}");
        }
    }

    private void CheckList(JsonElement value, GraphType type, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            Invalid(path, type, "Expected a list");
            return;
        }

        var index = 0;
        foreach (var element in value.EnumerateArray())
        {
            CheckValue(element, type.Element, $"{path}.{(index++).ToString(CultureInfo.InvariantCulture)}");
        }
    }

    private void CheckInput(JsonElement value, GraphTypeDefinition input, GraphType type, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Invalid(path, type, "Expected an input object");
            return;
        }

        foreach (var unknown in value.EnumerateObject().Where(member => !input.Fields.ContainsKey(member.Name)))
        {
            Invalid($"{path}.{unknown.Name}", type, $"Field is not defined on {input.Name}");
        }

        foreach (var field in input.Fields.Values)
        {
            CheckValue(value.TryGetProperty(field.Name, out var member) ? member : null, field.Type, $"{path}.{field.Name}");
        }
    }

    private static bool IsScalar(JsonElement value, string type) => type switch
    {
        "ID" => value.ValueKind == JsonValueKind.String || (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)),
        "Int" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        "Boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind == JsonValueKind.String,
    };

    private void Invalid(string path, GraphType type, string reason) => Add("INVALID_VARIABLE", $"Variable ${path.Split('.')[0]} of type {type} was provided invalid value for {path} ({reason})");

    private void Add(string code, string message) => errors.Add(new GraphError(code, message));
}
