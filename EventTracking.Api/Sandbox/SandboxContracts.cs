using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Sandbox;

/// <summary>Everything that a test may want to prove something by.</summary>
internal sealed record SandboxStateResponse(
    IReadOnlyList<SandboxProductResponse> Products,
    int MutationCount,
    IReadOnlyList<SandboxMutationResponse> Mutations,
    SandboxFault ShopifyFault,
    SandboxFault BrightpearlFault,
    bool Echo);

/// <summary>A product with the quantities of both sides; ids as text, since Shopify's exceed 2^53.</summary>
internal sealed record SandboxProductResponse(string Sku, string Name, SandboxBrightpearlResponse? Brightpearl, SandboxShopifyResponse? Shopify)
{
    public static SandboxProductResponse Of(SandboxProduct product) => new(
        product.Sku,
        product.Name,
        product.ProductId is { } id ? new(Text(id), product.OnHand, product.OnHandElsewhere, product.Allocated, !product.HiddenAtBrightpearl) : null,
        product.InventoryItemId is { } item ? new(Text(item), product.Available, product.Committed, !product.HiddenAtShopify) : null);

    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}

internal sealed record SandboxBrightpearlResponse(string ProductId, int OnHand, int OnHandElsewhere, int Allocated, bool Visible);

internal sealed record SandboxShopifyResponse(string InventoryItemId, int Available, int Committed, bool Visible);

internal sealed record SandboxMutationResponse(string IdempotencyKey, string Reference, string InventoryItemId, int? From, int To);

/// <summary>A change, and how the service answered the webhook about it; null where none was sent.</summary>
internal sealed record SandboxChangeResponse(SandboxProductResponse Product, int? WebhookStatus);

internal sealed record SandboxWebhookResponse(int WebhookStatus);

internal sealed record SetAvailableRequest(int Available, bool Webhook = true);

internal sealed record SetOnHandRequest(int OnHand, bool Webhook = true);

internal sealed record SendWebhookRequest(string IdSet);

internal sealed record SetVisibilityRequest(bool Visible);

internal sealed record OrderRequest(int Quantity, bool Webhook = true);

internal sealed record SetSettingsRequest(bool Echo);

internal sealed record AddProductRequest(
    string Sku,
    string? Name = null,
    long? ProductId = null,
    long? InventoryItemId = null,
    int OnHand = 0,
    int Available = 0,
    bool StockTracked = true,
    bool Bundle = false);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
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
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class SandboxJson : JsonSerializerContext;
