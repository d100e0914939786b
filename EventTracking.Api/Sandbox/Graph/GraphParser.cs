using System.Globalization;
using System.Text.Json.Nodes;

namespace EventTracking.Api.Sandbox.Graph;

/// <summary>
/// Parses what the sandbox needs of GraphQL: operations with variables, arguments, directives, aliases and inline fragments, and
/// the types of a schema. It does not know named fragments, block texts, unions and subscriptions, and refuses them.
/// </summary>
internal sealed class GraphParser(string text)
{
    private const int MaxDepth = 20;

    private readonly GraphTokens tokens = new(text);
    private int depth;

    public static IReadOnlyList<GraphOperation> ParseOperations(string text)
    {
        var parser = new GraphParser(text);
        var operations = new List<GraphOperation>();
        do
        {
            operations.Add(parser.Operation());
        }
        while (parser.tokens.Current.Length > 0);

        return operations;
    }

    /// <summary>Parses the types of a schema without what <c>@in(from:, until:)</c> excludes from a version.</summary>
    public static IReadOnlyList<GraphTypeDefinition> ParseTypes(string text, Func<string?, string?, bool> isIncluded)
    {
        var parser = new GraphParser(text);
        var types = new List<GraphTypeDefinition>();
        while (parser.tokens.Current.Length > 0)
        {
            types.Add(parser.Type(isIncluded));
        }

        return types;
    }

    private GraphOperation Operation()
    {
        if (tokens.Current == "{")
        {
            return new GraphOperation("query", "", [], Selections());
        }

        var kind = tokens.TakeName();
        if (kind is not ("query" or "mutation"))
        {
            throw new GraphSyntaxException($"The sandbox does not support '{kind}'");
        }

        var name = tokens.Current is "(" or "{" ? "" : tokens.TakeName();
        var variables = new List<GraphVariable>();
        if (tokens.TryTake("("))
        {
            while (!tokens.TryTake(")"))
            {
                tokens.Expect("$");
                var variable = tokens.TakeName();
                tokens.Expect(":");
                variables.Add(new GraphVariable(variable, TypeReference()));
            }
        }

        return new GraphOperation(kind, name, variables, Selections());
    }

    private List<GraphSelection> Selections()
    {
        var selections = new List<GraphSelection>();
        if (tokens.TryTake("{"))
        {
            Enter();
            do
            {
                selections.Add(Selection());
            }
            while (!tokens.TryTake("}"));

            depth--;
        }

        return selections;
    }

    private GraphSelection Selection()
    {
        if (tokens.TryTake("..."))
        {
            tokens.Expect("on");
            return new GraphSelection("", "", tokens.TakeName(), [], [], Selections());
        }

        var key = tokens.TakeName();
        var name = tokens.TryTake(":") ? tokens.TakeName() : key;
        var arguments = Arguments();
        var directives = new List<GraphDirective>();
        while (tokens.TryTake("@"))
        {
            directives.Add(new GraphDirective(tokens.TakeName(), Arguments()));
        }

        return new GraphSelection(name, key, null, arguments, directives, Selections());
    }

    private List<GraphArgument> Arguments()
    {
        var arguments = new List<GraphArgument>();
        if (tokens.TryTake("("))
        {
            do
            {
                var name = tokens.TakeName();
                tokens.Expect(":");
                arguments.Add(new GraphArgument(name, tokens.TryTake("$") ? new GraphValue(null, tokens.TakeName()) : new GraphValue(Literal(), null)));
            }
            while (!tokens.TryTake(")"));
        }

        return arguments;
    }

    private JsonNode? Literal()
    {
        var token = tokens.Take();
        switch (token)
        {
            case "null":
                return null;
            case "true" or "false":
                return token == "true";
            case "[":
                Enter();
                var list = new JsonArray();
                while (!tokens.TryTake("]"))
                {
                    list.Add(Literal());
                }

                depth--;
                return list;
            case ['"', .. var content]:
                return content.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
            default:
                return long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw new GraphSyntaxException($"The sandbox does not support the literal '{token}'");
        }
    }

    private GraphTypeDefinition Type(Func<string?, string?, bool> isIncluded)
    {
        var kind = tokens.TakeName();
        var name = tokens.TakeName();
        if (tokens.TryTake("implements"))
        {
            tokens.TakeName();
        }

        tokens.Expect("{");
        return new GraphTypeDefinition(kind, name, Fields("}", isIncluded));
    }

    private Dictionary<string, GraphFieldDefinition> Fields(string end, Func<string?, string?, bool> isIncluded)
    {
        var fields = new Dictionary<string, GraphFieldDefinition>(StringComparer.Ordinal);
        while (!tokens.TryTake(end))
        {
            var name = tokens.TakeName();
            var arguments = tokens.TryTake("(") ? Fields(")", isIncluded) : [];
            tokens.Expect(":");
            var field = new GraphFieldDefinition(name, TypeReference(), arguments);
            if (IsIncluded(isIncluded))
            {
                fields.Add(name, field);
            }
        }

        return fields;
    }

    private bool IsIncluded(Func<string?, string?, bool> isIncluded)
    {
        if (!tokens.TryTake("@"))
        {
            return true;
        }

        tokens.Expect("in");
        var bounds = Arguments();
        return isIncluded(Bound("from"), Bound("until"));

        string? Bound(string name) => bounds.Find(bound => bound.Name == name)?.Value.Literal?.GetValue<string>();
    }

    private GraphType TypeReference()
    {
        string type;
        if (tokens.TryTake("["))
        {
            Enter();
            type = $"[{TypeReference()}]";
            tokens.Expect("]");
            depth--;
        }
        else
        {
            type = tokens.TakeName();
        }

        return new GraphType(tokens.TryTake("!") ? type + "!" : type);
    }

    private void Enter()
    {
        if (++depth > MaxDepth)
        {
            throw new GraphSyntaxException($"The document is nested more than {MaxDepth} levels deep");
        }
    }
}
