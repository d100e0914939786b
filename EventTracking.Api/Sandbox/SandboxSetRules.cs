using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;

namespace EventTracking.Api.Sandbox;

/// <summary>When Shopify refuses to set quantities: one error for each bad row, and one bad row refuses the call.</summary>
internal sealed class SandboxSetRules(SandboxProducts products, ShopifyVersion version, StockLocations locations)
{
    public const string OnHand = "on_hand";

    private const int Limit = 1_000_000_000;

    // https://shopify.dev/docs/apps/build/orders-fulfillment/inventory-management-apps/manage-quantities-states#set-inventory-quantities-on-hand
    private static readonly HashSet<string> Reasons =
    [
        "correction", "cycle_count_available", "damaged", "movement_canceled", "movement_created", "movement_received", "movement_updated", "other",
        "promotion", "quality_control", "received", "reservation_created", "reservation_deleted", "reservation_updated", "restock", "safety_stock", "shrinkage",
    ];

    public IReadOnlyList<SandboxSetError> Check(SandboxSetCall call)
    {
        if (call.Name is not ("available" or OnHand))
        {
            return [Error("INVALID_NAME", "name")];
        }

        if (!Reasons.Contains(call.Reason))
        {
            return [Error("INVALID_REASON", "reason")];
        }

        return call.Reference is not null && !Uri.TryCreate(call.Reference, UriKind.Absolute, out _)
            ? [Error("INVALID_REFERENCE_DOCUMENT", "referenceDocumentUri")]
            : [.. call.Rows.Select(row => Check(row, call)).OfType<SandboxSetError>()];
    }

    private SandboxSetError? Check(SandboxSetRow row, SandboxSetCall call)
    {
        var product = products.TryGetItem(row.InventoryItemId, out var found) && found.IsAtShopify ? found : null;
        var location = SandboxLocation.Find(locations, row.LocationId);
        var stock = location is { } there ? product?.At(there) ?? default : default;
        return (product, row) switch
        {
            _ when call.Rows.Count(other => (other.InventoryItemId, other.LocationId) == (row.InventoryItemId, row.LocationId)) > 1 => row.Error("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "locationId"),
            (null, _) => row.Error("INVALID_INVENTORY_ITEM", "inventoryItemId"),
            ({ BundleAtShopify: true }, _) => row.Error("NON_MUTABLE_INVENTORY_ITEM", "inventoryItemId"),
            _ when location is null => row.Error("INVALID_LOCATION", "locationId"),
            (_, { Quantity: > Limit }) => row.Error("INVALID_QUANTITY_TOO_HIGH", "quantity"),
            (_, { Quantity: < -Limit }) => row.Error("INVALID_QUANTITY_TOO_LOW", "quantity"),

            // More may be sold than there is, but there cannot be fewer than none.
            (_, { Quantity: < 0 }) when call.Name == OnHand => row.Error("INVALID_QUANTITY_NEGATIVE", "quantity"),
            _ when !IsAdjustable(stock.Level) => row.Error("ITEM_NOT_STOCKED_AT_LOCATION", "locationId"),
            (_, { Comparison: SandboxComparison.Missing }) => row.Error("COMPARE_QUANTITY_REQUIRED", "compareQuantity"),
            (_, { Comparison: SandboxComparison.Equal }) when row.From != CurrentOf(stock, call.Name) => row.Error("CHANGE_FROM_QUANTITY_STALE", "changeFromQuantity"),
            _ => null,
        };
    }

    private bool IsAdjustable(SandboxLevel level) => level switch
    {
        SandboxLevel.Active => true,
        SandboxLevel.Inactive => version.ShowsInactiveLevels,
        _ => version.AdjustsAnyLocation,
    };

    private static int CurrentOf(SandboxStock stock, string name) => name == OnHand ? stock.Available + stock.Committed : stock.Available;

    private static SandboxSetError Error(string code, string field) => new(code, ["input", field], $"The sandbox rejects the call: {code}.");
}
