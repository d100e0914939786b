using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Api.Sandbox.Graph;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;

namespace EventTracking.Api.Sandbox;

/// <summary>The mutations of the small Admin API: <c>inventorySetQuantities</c> with its two guards, the compared quantity and the idempotency key.</summary>
internal sealed class ShopifySandboxMutations(SandboxState state, ShopifyFaults faults, SandboxWebhooks webhooks, StockLocations locations, TimeProvider time)
{
    // https://shopify.dev/changelog/making-idempotency-mandatory-for-inventory-adjustments-and-refund-mutations
    private const string Mandatory = "2026-04";

    /// <summary>Sets quantities, all or none.</summary>
    /// <exception cref="GraphRefusedException">A guard is missing.</exception>
    public SandboxSetResult Set(ShopifyVersion version, GraphSelection field, GraphArguments arguments, JsonElement variables)
    {
        var key = field.Directives.FirstOrDefault(directive => directive.Name == "idempotent") is { } directive
            ? new GraphArguments(directive.Arguments, variables)["key"]?.GetValue<string>()
            : null;
        if (version.IsFrom(Mandatory) && string.IsNullOrEmpty(key))
        {
            throw new GraphRefusedException(new GraphError("BAD_REQUEST", "The @idempotent directive is required for this mutation but was not provided."));
        }

        var input = arguments["input"]!.AsObject();
        var rows = input["quantities"]!.AsArray().Select((row, index) => Read(row!.AsObject(), index, IsTrue(input["ignoreCompareQuantity"]))).ToList();
        if (version.IsFrom(Mandatory) && rows.Exists(row => row.Comparison == SandboxComparison.Missing))
        {
            throw new GraphRefusedException(new GraphError("INVALID_FIELD_ARGUMENTS", "InventoryQuantityInput must include the following argument: changeFromQuantity"));
        }

        var call = new SandboxSetCall(key, input.ToJsonString(), TextOf(input["name"]), TextOf(input["reason"]), input["referenceDocumentUri"]?.GetValue<string>(), rows);
        var result = faults.TakeStale()
            ? SandboxSetResult.Refused(rows.Select(row => row.Error("CHANGE_FROM_QUANTITY_STALE", "changeFromQuantity")))
            : state.Set(call, version, locations, time.GetUtcNow());
        foreach (var (item, location) in result.Changed)
        {
            webhooks.Echo(item, location);
        }

        return result;
    }

    private static SandboxSetRow Read(JsonObject row, int index, bool ignoresComparison)
    {
        var compares = row.TryGetPropertyValue("changeFromQuantity", out var from) || row.TryGetPropertyValue("compareQuantity", out from);
        return new SandboxSetRow(
            index,
            ShopifySandboxGraph.IdOf("InventoryItem", row["inventoryItemId"]),
            ShopifySandboxGraph.IdOf("Location", row["locationId"]),
            row["quantity"]!.GetValue<int>(),
            compares ? (from is null ? SandboxComparison.None : SandboxComparison.Equal) : ignoresComparison ? SandboxComparison.None : SandboxComparison.Missing,
            from?.GetValue<int>());
    }

    private static bool IsTrue(JsonNode? flag) => flag?.GetValue<bool>() == true;

    private static string TextOf(JsonNode? text) => text!.GetValue<string>();
}
