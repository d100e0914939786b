using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Sandbox;

/// <summary>Everything that a test may want to prove something by.</summary>
/// <param name="Products">The products of both sides.</param>
/// <param name="MutationCount">How many quantities the service has set at Shopify.</param>
/// <param name="Mutations">Which ones, oldest first.</param>
/// <param name="ShopifyFault">How Shopify misbehaves.</param>
/// <param name="BrightpearlFault">How Brightpearl misbehaves.</param>
/// <param name="Echo">Whether Shopify sends webhooks for changes that came through its API.</param>
internal sealed record SandboxStateResponse(
    IReadOnlyList<SandboxProductResponse> Products,
    int MutationCount,
    IReadOnlyList<SandboxMutationResponse> Mutations,
    SandboxFault ShopifyFault,
    SandboxFault BrightpearlFault,
    bool Echo);

/// <summary>A product with the quantities of both sides.</summary>
/// <param name="Sku">The SKU, by which the service finds it on both sides.</param>
/// <param name="Name">The name.</param>
/// <param name="Brightpearl">How Brightpearl has it; null where it does not.</param>
/// <param name="Shopify">How Shopify has it; null where it does not.</param>
internal sealed record SandboxProductResponse(string Sku, string Name, SandboxBrightpearlResponse? Brightpearl, SandboxShopifyResponse? Shopify)
{
    public static SandboxProductResponse Of(SandboxProduct product) => new(
        product.Sku,
        product.Name,
        product.ProductId is { } id ? new(Text(id), product.OnHand, product.OnHandElsewhere, product.Allocated, !product.HiddenAtBrightpearl) : null,
        product.InventoryItemId is { } item ? new(Text(item), product.Available, product.Committed, !product.HiddenAtShopify) : null);

    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A product at Brightpearl.</summary>
/// <param name="ProductId">Its id.</param>
/// <param name="OnHand">What can be sold, in the main warehouse.</param>
/// <param name="OnHandElsewhere">What can be sold, in the second warehouse.</param>
/// <param name="Allocated">What orders hold, in the main warehouse.</param>
/// <param name="Visible">Whether Brightpearl's API knows it.</param>
internal sealed record SandboxBrightpearlResponse(string ProductId, int OnHand, int OnHandElsewhere, int Allocated, bool Visible);

/// <summary>A product at Shopify.</summary>
/// <param name="InventoryItemId">Its id, as text: it exceeds what JavaScript counts exactly.</param>
/// <param name="Available">What can be sold.</param>
/// <param name="Committed">What orders hold.</param>
/// <param name="Visible">Whether Shopify's API knows it.</param>
internal sealed record SandboxShopifyResponse(string InventoryItemId, int Available, int Committed, bool Visible);

/// <summary>A quantity that the service set at Shopify.</summary>
/// <param name="IdempotencyKey">What makes a repeat of the call change nothing.</param>
/// <param name="Reference">The event that it was set for.</param>
/// <param name="InventoryItemId">Whose quantity.</param>
/// <param name="From">The quantity that the service expected.</param>
/// <param name="To">The quantity that it set.</param>
internal sealed record SandboxMutationResponse(string IdempotencyKey, string Reference, string InventoryItemId, int? From, int To);

/// <summary>A change, and how the service answered the webhook about it.</summary>
/// <param name="Product">The product as it is now.</param>
/// <param name="WebhookStatus">The answer's status; null where no webhook was sent.</param>
/// <param name="EventId">The event that the webhook became: `GET /events/{id}` shows it. Null where it became none.</param>
internal sealed record SandboxChangeResponse(SandboxProductResponse Product, int? WebhookStatus, string? EventId);

/// <summary>How the service answered a webhook.</summary>
/// <param name="WebhookStatus">The answer's status.</param>
/// <param name="EventId">The event that the webhook became: `GET /events/{id}` shows it. Null where it became none.</param>
internal sealed record SandboxWebhookResponse(int WebhookStatus, string? EventId);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SandboxStateResponse))]
[JsonSerializable(typeof(SandboxChangeResponse))]
[JsonSerializable(typeof(SandboxWebhookResponse))]
[JsonSerializable(typeof(SetAvailableRequest))]
[JsonSerializable(typeof(SetOnHandRequest))]
[JsonSerializable(typeof(SendWebhookRequest))]
[JsonSerializable(typeof(SetVisibilityRequest))]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(SetSettingsRequest))]
[JsonSerializable(typeof(AddProductRequest))]
[JsonSerializable(typeof(SetShopifyFaultRequest))]
[JsonSerializable(typeof(SetBrightpearlFaultRequest))]
internal sealed partial class SandboxJson : JsonSerializerContext;
