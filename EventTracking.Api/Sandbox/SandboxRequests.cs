using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Sandbox;

/// <summary>The inventory item that a route is about.</summary>
internal sealed record ItemIdRequest
{
    [FromRoute(Name = "inventoryItemId"), Description("Shopify's inventory item id."), Example("271878346596884015")]
    public required string InventoryItemId { get; init; }

    public long Parse() => long.Parse(InventoryItemId, CultureInfo.InvariantCulture);
}

/// <summary>The Brightpearl product that a route is about.</summary>
internal sealed record BrightpearlIdRequest
{
    [FromRoute(Name = "productId"), Description("Brightpearl's product id."), Example("1")]
    public required string ProductId { get; init; }

    public long Parse() => long.Parse(ProductId, CultureInfo.InvariantCulture);
}

/// <summary>Stock at Shopify.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetAvailableRequest
{
    /// <summary>What can be sold; below zero when more was sold than there is.</summary>
    public int? Available { get; init; }

    /// <summary>False loses the webhook; it is sent if this is not given.</summary>
    public bool? Webhook { get; init; }
}

/// <summary>Stock at Brightpearl.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetOnHandRequest
{
    /// <summary>What can be sold, in the main warehouse.</summary>
    public int? OnHand { get; init; }

    /// <summary>False loses the webhook; it is sent if this is not given.</summary>
    public bool? Webhook { get; init; }
}

/// <summary>An order.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record OrderRequest
{
    /// <summary>How many are ordered.</summary>
    public int? Quantity { get; init; }

    /// <summary>False loses the webhook; it is sent if this is not given.</summary>
    public bool? Webhook { get; init; }
}

/// <summary>A webhook of Brightpearl's.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SendWebhookRequest
{
    /// <summary>The products it names: ids and ascending ranges.</summary>
    public string? IdSet { get; init; }
}

/// <summary>Whether one side knows a product.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetVisibilityRequest
{
    /// <summary>False hides it; its quantities stay.</summary>
    public bool? Visible { get; init; }
}

/// <summary>Habits of the sandbox.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetSettingsRequest
{
    /// <summary>Whether Shopify also sends webhooks for changes that came through its API, as the real one does.</summary>
    public bool? Echo { get; init; }
}

/// <summary>A product for one side or both.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AddProductRequest
{
    /// <summary>The SKU. Several products may have the same, which the service takes for a mistake.</summary>
    public string? Sku { get; init; }

    /// <summary>The name; the SKU if there is none.</summary>
    public string? Name { get; init; }

    /// <summary>Brightpearl's id; without one Brightpearl does not know the product.</summary>
    public string? ProductId { get; init; }

    /// <summary>Shopify's inventory item id; without one Shopify does not know the product.</summary>
    public string? InventoryItemId { get; init; }

    /// <summary>Brightpearl: what can be sold.</summary>
    public int OnHand { get; init; }

    /// <summary>Shopify: what can be sold.</summary>
    public int Available { get; init; }

    /// <summary>False for what is never counted; stock is counted if this is not given.</summary>
    public bool? StockTracked { get; init; }

    /// <summary>Whether Brightpearl has it as a bundle of other products.</summary>
    public bool Bundle { get; init; }

    public SandboxProduct ToProduct() => new(Sku!, Name ?? Sku!)
    {
        ProductId = ParseOrNull(ProductId),
        InventoryItemId = ParseOrNull(InventoryItemId),
        OnHand = OnHand,
        Available = Available,
        StockTracked = StockTracked is not false,
        Bundle = Bundle,
    };

    private static long? ParseOrNull(string? id) => id is null ? null : long.Parse(id, CultureInfo.InvariantCulture);
}

/// <summary>How a side shall misbehave.</summary>
internal abstract record SetFaultRequest
{
    /// <summary>What it does; see the route.</summary>
    public SandboxFaultKind? Kind { get; init; }

    /// <summary>For how many calls; until it is switched off if not given.</summary>
    public int? Count { get; init; }

    /// <summary>Seconds that `429` and `throttled` ask to wait.</summary>
    public double? RetryAfter { get; init; }

    public SandboxFault ToFault() => new(Kind!.Value, Count, RetryAfter);
}

/// <summary>How Shopify shall misbehave.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetShopifyFaultRequest : SetFaultRequest;

/// <summary>How Brightpearl shall misbehave.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetBrightpearlFaultRequest : SetFaultRequest;
