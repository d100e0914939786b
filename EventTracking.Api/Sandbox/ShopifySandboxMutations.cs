using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Sandbox;

/// <summary>The mutations of the sandbox's Admin API: <c>inventorySetQuantities</c> with its two guards, the compared quantity and the idempotency key.</summary>
internal sealed class ShopifySandboxMutations(SandboxState state, ShopifyFaults faults, SandboxWebhooks webhooks, IOptions<ShopifyOptions> options)
{
    public JsonObject Set(string query, JsonElement variables)
    {
        if (ShopifySandboxGraph.KeyVariableOf(query) is not { } keyVariable || variables.GetProperty(keyVariable).GetString() is not { Length: > 0 } key)
        {
            return ShopifySandboxGraph.Error("BAD_REQUEST", "The @idempotent directive is required for this mutation but was not provided.");
        }

        var input = variables.GetProperty("input");
        var quantities = input.GetProperty("quantities");
        if (quantities.EnumerateArray().Any(quantity => !quantity.TryGetProperty("changeFromQuantity", out _)))
        {
            return ShopifySandboxGraph.Error("INVALID_FIELD_ARGUMENTS", "InventoryQuantityInput must include the following argument: changeFromQuantity");
        }

        var result = Refusal(input, quantities) is { } code
            ? SandboxSetResult.Refused(code)
            : state.Set(key, input.GetRawText(), input.GetProperty("referenceDocumentUri").GetString() ?? "", [.. quantities.EnumerateArray().Select(Read)]);
        foreach (var change in result.Changed)
        {
            webhooks.Echo(change.InventoryItemId);
        }

        return ShopifySandboxGraph.Data(new JsonObject { ["inventorySetQuantities"] = Payload(result) });
    }

    private string? Refusal(JsonElement input, JsonElement quantities)
    {
        if (input.GetProperty("name").GetString() is not ("available" or "on_hand"))
        {
            return "INVALID_NAME";
        }

        if (quantities.EnumerateArray().Any(quantity => ShopifySandboxGraph.IdOf(quantity.GetProperty("locationId")) != options.Value.LocationId))
        {
            return "INVALID_LOCATION";
        }

        return faults.TakeStale() ? "CHANGE_FROM_QUANTITY_STALE" : null;
    }

    private static SandboxSet Read(JsonElement quantity)
    {
        var from = quantity.GetProperty("changeFromQuantity");
        return new SandboxSet(
            ShopifySandboxGraph.IdOf(quantity.GetProperty("inventoryItemId")),
            quantity.GetProperty("quantity").GetInt32(),
            from.ValueKind == JsonValueKind.Null ? null : from.GetInt32());
    }

    private static JsonObject Payload(SandboxSetResult result) => new()
    {
        ["inventoryAdjustmentGroup"] = result.Error is null ? new JsonObject { ["id"] = ShopifySandboxGraph.Gid("InventoryAdjustmentGroup", result.Group) } : null,
        ["userErrors"] = result.Error is { } code
            ? new JsonArray(new JsonObject
            {
                ["code"] = code,
                ["field"] = new JsonArray("input", "quantities", "0"),
                ["message"] = $"The sandbox rejects the change: {code}.",
            })
            : [],
    };
}
