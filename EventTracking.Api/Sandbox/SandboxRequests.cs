using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Sandbox;

/// <summary>The inventory item that a route addresses.</summary>
internal sealed record ItemIdRequest
{
    [FromRoute(Name = "inventoryItemId"), Description("Shopify's inventory item id."), Example("271878346596884015")]
    public required string InventoryItemId { get; init; }

    public long Parse() => long.Parse(InventoryItemId, CultureInfo.InvariantCulture);
}

/// <summary>The Brightpearl product that a route addresses.</summary>
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
    /// <summary>The available quantity; negative if more was sold than there is.</summary>
    public int? Available { get; init; }

    /// <summary>The location, one of those that the settings name. The default is the first.</summary>
    public string? LocationId { get; init; }

    /// <summary>Whether the webhook is sent (the default) or lost.</summary>
    public bool? Webhook { get; init; }
}

/// <summary>Stock at Brightpearl.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetOnHandRequest
{
    /// <summary>The quantity on hand in the warehouse.</summary>
    public int? OnHand { get; init; }

    /// <summary>The warehouse. The default is 2, the main one.</summary>
    public string? WarehouseId { get; init; }

    public long ParseWarehouse() => WarehouseId is null ? SandboxProduct.MainWarehouse : long.Parse(WarehouseId, CultureInfo.InvariantCulture);

    /// <summary>Whether the webhook is sent (the default) or lost.</summary>
    public bool? Webhook { get; init; }
}

/// <summary>The SKU of an item at Shopify, and whether its stock is tracked. At least one of the two must be given.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangeItemRequest
{
    /// <summary>The SKU at Shopify; empty for none.</summary>
    public string? Sku { get; init; }

    /// <summary>Whether Shopify tracks the stock.</summary>
    public bool? Tracked { get; init; }

    /// <summary>Whether the webhook is sent (the default) or lost.</summary>
    public bool? Webhook { get; init; }

    public SandboxProduct Apply(SandboxProduct product) => product with { ShopifySku = Sku ?? product.ShopifySku, TrackedAtShopify = Tracked ?? product.TrackedAtShopify };
}

/// <summary>Whether an item is stocked at a location.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetLevelRequest
{
    /// <summary>`active`, `inactive` (the item was stocked there and keeps its quantities) or `none` (it never was).</summary>
    public SandboxLevel? Level { get; init; }

    /// <summary>The location, one of those that the settings name. The default is the first.</summary>
    public string? LocationId { get; init; }

    /// <summary>Whether the webhook is sent (the default) or lost.</summary>
    public bool? Webhook { get; init; }
}

/// <summary>The SKU of a product at Brightpearl, and whether its stock is tracked. At least one of the two must be given.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangeProductRequest
{
    /// <summary>The SKU at Brightpearl; empty for none.</summary>
    public string? Sku { get; init; }

    /// <summary>Whether Brightpearl tracks the stock.</summary>
    public bool? StockTracked { get; init; }

    /// <summary>Whether the webhook is sent (the default) or lost.</summary>
    public bool? Webhook { get; init; }

    /// <summary>Changes Brightpearl's side; Shopify keeps its SKU.</summary>
    public SandboxProduct Apply(SandboxProduct product) => product with { Sku = Sku ?? product.Sku, ShopifySku = product.SkuAtShopify, StockTracked = StockTracked ?? product.StockTracked };
}

/// <summary>An exchange of the SKUs of two products of the same side.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SwapSkuRequest
{
    /// <summary>The id of the other product.</summary>
    public string? With { get; init; }

    /// <summary>Whether the webhook about each of the two is sent (the default) or lost.</summary>
    public bool? Webhook { get; init; }

    public long ParseWith() => long.Parse(With!, CultureInfo.InvariantCulture);
}

/// <summary>The end of a product on one side.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DeleteRequest
{
    /// <summary>Whether the webhook is sent (the default) or lost.</summary>
    public bool? Webhook { get; init; }
}

/// <summary>An order.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record OrderRequest
{
    /// <summary>The ordered quantity.</summary>
    public int? Quantity { get; init; }

    /// <summary>Whether the webhook is sent (the default) or lost.</summary>
    public bool? Webhook { get; init; }
}

/// <summary>A Brightpearl webhook.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SendWebhookRequest
{
    /// <summary>The products that the webhook names, as ids and ascending ranges.</summary>
    public string? IdSet { get; init; }
}

/// <summary>The visibility of a product on one side.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetVisibilityRequest
{
    /// <summary>False hides the product; its quantities do not change.</summary>
    public bool? Visible { get; init; }
}

/// <summary>Settings of the sandbox.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetSettingsRequest
{
    /// <summary>Whether Shopify also sends webhooks for changes made through its API, as the real one does.</summary>
    public bool? Echo { get; init; }
}

/// <summary>A limit on the calls of the account.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetLimitRequest
{
    /// <summary>The number of calls allowed in a period.</summary>
    public int? Calls { get; init; }

    /// <summary>The length of a period. The default is Brightpearl's, a minute.</summary>
    public double? PeriodSeconds { get; init; }

    public TimeSpan ParsePeriod() => TimeSpan.FromSeconds(PeriodSeconds ?? 60);
}

/// <summary>Calls of another client of the account.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MakeCallsRequest
{
    /// <summary>The number of calls.</summary>
    public int? Count { get; init; }
}

/// <summary>A product for one side or both.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AddProductRequest
{
    /// <summary>The SKU. Several products may have the same SKU, which the service reports as an error.</summary>
    public string? Sku { get; init; }

    /// <summary>The name. The default is the SKU.</summary>
    public string? Name { get; init; }

    /// <summary>The Brightpearl product id; without it the product does not exist at Brightpearl.</summary>
    public string? ProductId { get; init; }

    /// <summary>The Shopify inventory item id; without it the product does not exist at Shopify.</summary>
    public string? InventoryItemId { get; init; }

    /// <summary>The quantity on hand at Brightpearl.</summary>
    public int OnHand { get; init; }

    /// <summary>The available quantity at Shopify.</summary>
    public int Available { get; init; }

    /// <summary>Whether the stock of the product is tracked. The default is true.</summary>
    public bool? StockTracked { get; init; }

    /// <summary>Whether the product is a bundle of other products at Brightpearl.</summary>
    public bool Bundle { get; init; }

    /// <summary>Whether the item is a bundle of other items at Shopify, whose quantity cannot be set.</summary>
    public bool BundleAtShopify { get; init; }

    public SandboxProduct ToProduct() => new(Sku!, Name ?? Sku!)
    {
        ProductId = ParseOrNull(ProductId),
        InventoryItemId = ParseOrNull(InventoryItemId),
        OnHand = OnHand,
        Available = Available,
        StockTracked = StockTracked is not false,
        TrackedAtShopify = StockTracked is not false,
        Bundle = Bundle,
        BundleAtShopify = BundleAtShopify,
    };

    private static long? ParseOrNull(string? id) => id is null ? null : long.Parse(id, CultureInfo.InvariantCulture);
}

/// <summary>Many products, which both sides have.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SeedProductsRequest
{
    public const int MaxCount = 100_000;

    private const long FirstProductByDefault = 100_000;
    private const long FirstItem = 281_000_000_000_000_000;

    /// <summary>The number of products.</summary>
    public int? Count { get; init; }

    /// <summary>The Brightpearl product id of the first; the others follow. The default is 100000.</summary>
    public string? FirstProductId { get; init; }

    /// <summary>The beginning of the SKUs, which end with the product id. The default is `SEED-`.</summary>
    public string? SkuPrefix { get; init; }

    /// <summary>The quantity on hand at Brightpearl. By default it differs from product to product, from 0 to 99.</summary>
    public int? OnHand { get; init; }

    /// <summary>The available quantity at Shopify. The default is 0.</summary>
    public int Available { get; init; }

    public IEnumerable<SandboxProduct> ToProducts()
    {
        var first = FirstProductId is null ? FirstProductByDefault : long.Parse(FirstProductId, CultureInfo.InvariantCulture);
        for (var number = 0; number < Count!.Value; number++)
        {
            var id = (first + number).ToString(CultureInfo.InvariantCulture);
            yield return new SandboxProduct($"{SkuPrefix ?? "SEED-"}{id}", $"Product {id}")
            {
                ProductId = first + number,
                InventoryItemId = FirstItem + first + number,
                OnHand = OnHand ?? (int)((first + number) % 100),
                Available = Available,
            };
        }
    }
}

/// <summary>A fault to switch on.</summary>
internal abstract record SetFaultRequest
{
    /// <summary>The kind of fault; see the description of the route.</summary>
    public SandboxFaultKind? Kind { get; init; }

    /// <summary>The number of calls that fail. By default calls fail until the fault is switched off.</summary>
    public int? Count { get; init; }

    /// <summary>The seconds to wait that `429` and `throttled` respond with.</summary>
    public double? RetryAfter { get; init; }

    public SandboxFault ToFault() => new(Kind!.Value, Count, RetryAfter);
}

/// <summary>A fault of Shopify.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetShopifyFaultRequest : SetFaultRequest;

/// <summary>A fault of Brightpearl.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetBrightpearlFaultRequest : SetFaultRequest;
