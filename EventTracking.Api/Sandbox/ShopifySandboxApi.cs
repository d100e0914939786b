using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Api.Sandbox.Graph;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Api.Sandbox;

/// <summary>A small Admin GraphQL API. It validates each call against the part of the schema that it knows, in the version that is called, and refuses everything else.</summary>
internal sealed class ShopifySandboxApi(ShopifySandboxQueries queries, ShopifySandboxMutations mutations)
{
    private const int MaxInputs = 250;

    private static readonly Dictionary<ShopifyVersion, GraphSchema> Schemas = ShopifyVersion.All.ToDictionary(version => version, ShopifySandboxSchema.Of);

    /// <summary>Answers the body of a call.</summary>
    public JsonObject Answer(ShopifyVersion version, JsonElement call)
    {
        try
        {
            return Answer(version, call.GetProperty("query").GetString() ?? "", call);
        }
        catch (GraphSyntaxException exception)
        {
            // The real API gives these errors no code.
            return new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = exception.Message }) };
        }
        catch (GraphRefusedException exception)
        {
            return ShopifySandboxGraph.Errors([exception.Error]);
        }
    }

    private JsonObject Answer(ShopifyVersion version, string text, JsonElement call)
    {
        var variables = call.TryGetProperty("variables", out var given) && given.ValueKind == JsonValueKind.Object ? given : JsonElement.Parse("{}");
        if (OperationOf(call, GraphParser.ParseOperations(text)) is not { } operation)
        {
            return ShopifySandboxGraph.Errors([new GraphError("BAD_REQUEST", "No operation has the name of the call")]);
        }

        var errors = new GraphValidation(Schemas[version], ShopifySandboxSchema.Directives).Check(operation, variables);
        if (errors.Count > 0)
        {
            return ShopifySandboxGraph.Errors(errors);
        }

        if (LongestOf(variables) is > MaxInputs and var count)
        {
            return ShopifySandboxGraph.Errors([new GraphError("MAX_INPUT_SIZE_EXCEEDED", $"The input array size of {count} is greater than the maximum allowed of {MaxInputs}.")]);
        }

        var execution = new GraphExecution(variables, ShopifySandboxQueries.TypeOf, (parent, field, arguments) => (parent, field.Name) switch
        {
            (GraphRoot, "inventorySetQuantities") => mutations.Set(version, field, arguments, variables),
            _ => queries.Resolve(version, parent, field, arguments),
        });
        return ShopifySandboxGraph.Data(execution.Run(operation));
    }

    private static GraphOperation? OperationOf(JsonElement call, IReadOnlyList<GraphOperation> operations)
    {
        var name = call.TryGetProperty("operationName", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        return name is null ? (operations.Count == 1 ? operations[0] : null) : operations.FirstOrDefault(operation => operation.Name == name);
    }

    private static int LongestOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().Select(LongestOf).Append(json.GetArrayLength()).Max(),
        JsonValueKind.Object => json.EnumerateObject().Select(member => LongestOf(member.Value)).Append(0).Max(),
        _ => 0,
    };
}
