using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Sandbox;

/// <summary>The complete state of the sandbox.</summary>
/// <param name="Products">The products of both sides.</param>
/// <param name="MutationCount">The number of quantities that the service has set at Shopify.</param>
/// <param name="Mutations">Those quantities, oldest first.</param>
/// <param name="ShopifyFault">The current fault of Shopify.</param>
/// <param name="BrightpearlFault">The current fault of Brightpearl.</param>
/// <param name="Echo">Whether Shopify sends webhooks for changes made through its API.</param>
internal sealed record SandboxStateResponse(
    IReadOnlyList<SandboxProductResponse> Products,
    int MutationCount,
    IReadOnlyList<SandboxMutationResponse> Mutations,
    SandboxFault ShopifyFault,
    SandboxFault BrightpearlFault,
    bool Echo);

/// <summary>A product with the quantities of both sides.</summary>
/// <param name="Sku">The SKU at Brightpearl. Shopify has the same one unless it was changed on one side only.</param>
/// <param name="Name">The name.</param>
/// <param name="Brightpearl">The product at Brightpearl; null if it does not exist there.</param>
/// <param name="Shopify">The product at Shopify; null if it does not exist there.</param>
internal sealed record SandboxProductResponse(string Sku, string Name, SandboxBrightpearlResponse? Brightpearl, SandboxShopifyResponse? Shopify)
{
    public static SandboxProductResponse Of(SandboxProduct product) => new(
        product.Sku,
        product.Name,
        product.ProductId is { } id ? new(Text(id), product.OnHand, product.OnHandElsewhere, product.Allocated, product.StockTracked, !product.HiddenAtBrightpearl, [.. product.OtherWarehouses.Select(other => new SandboxWarehouseResponse(Text(other.Key), other.Value.OnHand, other.Value.Allocated))]) : null,
        product.InventoryItemId is { } item ? new(Text(item), product.SkuAtShopify, product.Available, product.Committed, product.TrackedAtShopify, product.Level, !product.HiddenAtShopify, [.. product.OtherLocations.Select(other => new SandboxLevelResponse(Text(other.Key), other.Value.Available, other.Value.Committed, other.Value.Level))]) : null);

    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A product at Brightpearl.</summary>
/// <param name="ProductId">The product id.</param>
/// <param name="OnHand">The quantity on hand in the main warehouse.</param>
/// <param name="OnHandElsewhere">The quantity on hand in the second warehouse.</param>
/// <param name="Allocated">The quantity allocated to orders in the main warehouse.</param>
/// <param name="StockTracked">Whether Brightpearl tracks the stock.</param>
/// <param name="Visible">Whether Brightpearl's API returns the product.</param>
/// <param name="OtherWarehouses">The other warehouses that have held the product.</param>
internal sealed record SandboxBrightpearlResponse(string ProductId, int OnHand, int OnHandElsewhere, int Allocated, bool StockTracked, bool Visible, IReadOnlyList<SandboxWarehouseResponse> OtherWarehouses);

/// <summary>The stock of a product in another warehouse than the main one.</summary>
/// <param name="WarehouseId">The warehouse.</param>
/// <param name="OnHand">The quantity on hand.</param>
/// <param name="Allocated">The quantity allocated to orders.</param>
internal sealed record SandboxWarehouseResponse(string WarehouseId, int OnHand, int Allocated);

/// <summary>A product at Shopify.</summary>
/// <param name="InventoryItemId">The inventory item id, as text because it exceeds the precision of JavaScript numbers.</param>
/// <param name="Sku">The SKU at Shopify.</param>
/// <param name="Available">The available quantity.</param>
/// <param name="Committed">The quantity committed to orders.</param>
/// <param name="Tracked">Whether Shopify tracks the stock.</param>
/// <param name="Level">Whether the item is stocked at the location: `active`, `inactive` or `none`.</param>
/// <param name="Visible">Whether Shopify's API returns the product.</param>
/// <param name="OtherLocations">The other locations at which the item has been stocked.</param>
internal sealed record SandboxShopifyResponse(string InventoryItemId, string Sku, int Available, int Committed, bool Tracked, SandboxLevel Level, bool Visible, IReadOnlyList<SandboxLevelResponse> OtherLocations);

/// <summary>The stock of an item at another location than the main one.</summary>
/// <param name="LocationId">The location.</param>
/// <param name="Available">The available quantity.</param>
/// <param name="Committed">The quantity committed to orders.</param>
/// <param name="Level">Whether the item is stocked there: `active`, `inactive` or `none`.</param>
internal sealed record SandboxLevelResponse(string LocationId, int Available, int Committed, SandboxLevel Level);

/// <summary>A quantity that the service set at Shopify.</summary>
/// <param name="IdempotencyKey">The key that makes a repeated call change nothing.</param>
/// <param name="Reference">The event that the quantity was set for.</param>
/// <param name="InventoryItemId">The inventory item.</param>
/// <param name="LocationId">The location.</param>
/// <param name="From">The quantity that the service expected before the change.</param>
/// <param name="To">The quantity that the service set.</param>
internal sealed record SandboxMutationResponse(string IdempotencyKey, string Reference, string InventoryItemId, string LocationId, int? From, int To);

/// <summary>A change, and the response of the service to its webhook.</summary>
/// <param name="Product">The product as it is now.</param>
/// <param name="WebhookStatus">The status of the response; null if no webhook was sent.</param>
/// <param name="EventId">The id of the event that the webhook became, for `GET /events/{id}`; null if it became none.</param>
internal sealed record SandboxChangeResponse(SandboxProductResponse Product, int? WebhookStatus, string? EventId);

/// <summary>Several changes that were made at once.</summary>
/// <param name="Changes">The changes.</param>
internal sealed record SandboxChangesResponse(IReadOnlyList<SandboxChangeResponse> Changes);

/// <summary>How many products were added.</summary>
/// <param name="Added">The number of products, without those of whose ids one was taken.</param>
internal sealed record SandboxSeedResponse(int Added);

/// <summary>The response of the service to a webhook.</summary>
/// <param name="WebhookStatus">The status of the response.</param>
/// <param name="EventId">The id of the event that the webhook became, for `GET /events/{id}`; null if it became none.</param>
internal sealed record SandboxWebhookResponse(int WebhookStatus, string? EventId);

/// <summary>The calls that Brightpearl allows for all clients of the account together.</summary>
/// <param name="Calls">The number of calls allowed in a period.</param>
/// <param name="PeriodSeconds">The length of a period.</param>
/// <param name="Remaining">The number of calls left in this period.</param>
/// <param name="NextPeriod">The milliseconds until the next period.</param>
/// <param name="Periods">The last hundred periods in which there were calls, oldest first; this one is the last.</param>
internal sealed record SandboxLimitResponse(int Calls, double PeriodSeconds, int Remaining, long NextPeriod, IReadOnlyList<SandboxPeriodResponse> Periods);

/// <summary>The calls of one period.</summary>
/// <param name="Made">Calls of the API.</param>
/// <param name="Refused">Calls of the API that were refused because none were left.</param>
/// <param name="MadeByOthers">Calls of another client.</param>
/// <param name="RefusedToOthers">Calls of another client that were refused.</param>
internal sealed record SandboxPeriodResponse(int Made, int Refused, int MadeByOthers, int RefusedToOthers);

/// <summary>What became of the calls of another client.</summary>
/// <param name="Made">The calls that were made.</param>
/// <param name="Refused">The calls that were refused because none were left.</param>
internal sealed record SandboxCallsResponse(int Made, int Refused);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SandboxLimitResponse))]
[JsonSerializable(typeof(SandboxCallsResponse))]
[JsonSerializable(typeof(SetLimitRequest))]
[JsonSerializable(typeof(MakeCallsRequest))]
[JsonSerializable(typeof(SandboxStateResponse))]
[JsonSerializable(typeof(SandboxChangeResponse))]
[JsonSerializable(typeof(SandboxChangesResponse))]
[JsonSerializable(typeof(SandboxWebhookResponse))]
[JsonSerializable(typeof(SetAvailableRequest))]
[JsonSerializable(typeof(SetOnHandRequest))]
[JsonSerializable(typeof(ChangeItemRequest))]
[JsonSerializable(typeof(SetLevelRequest))]
[JsonSerializable(typeof(ChangeProductRequest))]
[JsonSerializable(typeof(SwapSkuRequest))]
[JsonSerializable(typeof(DeleteRequest))]
[JsonSerializable(typeof(SendWebhookRequest))]
[JsonSerializable(typeof(SetVisibilityRequest))]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(SetSettingsRequest))]
[JsonSerializable(typeof(AddProductRequest))]
[JsonSerializable(typeof(SeedProductsRequest))]
[JsonSerializable(typeof(SandboxSeedResponse))]
[JsonSerializable(typeof(SetShopifyFaultRequest))]
[JsonSerializable(typeof(SetBrightpearlFaultRequest))]
internal sealed partial class SandboxJson : JsonSerializerContext;
