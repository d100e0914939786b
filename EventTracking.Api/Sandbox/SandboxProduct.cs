namespace EventTracking.Api.Sandbox;

/// <summary>A product as the small Shopify and the small Brightpearl have it; each side only where it has an id there.</summary>
internal sealed record SandboxProduct(string Sku, string Name)
{
    public long? ProductId { get; init; }

    public long? InventoryItemId { get; init; }

    /// <summary>Brightpearl: what can be sold, in the main warehouse.</summary>
    public int OnHand { get; init; }

    /// <summary>Brightpearl: what can be sold, in the second warehouse.</summary>
    public int OnHandElsewhere { get; init; }

    /// <summary>Brightpearl: held by orders, in the main warehouse.</summary>
    public int Allocated { get; init; }

    /// <summary>Shopify: what can be sold.</summary>
    public int Available { get; init; }

    /// <summary>Shopify: held by orders.</summary>
    public int Committed { get; init; }

    /// <summary>Shopify: the SKU, where it is another than Brightpearl's.</summary>
    public string? ShopifySku { get; init; }

    public string SkuAtShopify => ShopifySku ?? Sku;

    /// <summary>Shopify: whether the item is stocked at the location.</summary>
    public SandboxLevel Level { get; init; }

    /// <summary>Shopify: whether the stock is tracked.</summary>
    public bool TrackedAtShopify { get; init; } = true;

    /// <summary>Shopify: whether the item is a bundle of others, whose quantities follow theirs and cannot be set.</summary>
    public bool BundleAtShopify { get; init; }

    /// <summary>Brightpearl: whether the stock is tracked.</summary>
    public bool StockTracked { get; init; } = true;

    /// <summary>Brightpearl: whether the product is a bundle of others.</summary>
    public bool Bundle { get; init; }

    public bool HiddenAtShopify { get; init; }

    public bool HiddenAtBrightpearl { get; init; }

    public bool IsAtShopify => InventoryItemId is not null && !HiddenAtShopify;

    public bool IsAtBrightpearl => ProductId is not null && !HiddenAtBrightpearl;
}
