using System.Collections.Immutable;

namespace EventTracking.Api.Sandbox;

/// <summary>A product as the small Shopify and the small Brightpearl have it; each side only where it has an id there.</summary>
internal sealed record SandboxProduct(string Sku, string Name)
{
    public const long MainWarehouse = 2;
    public const long SecondWarehouse = 3;

    public long? ProductId { get; init; }

    public long? InventoryItemId { get; init; }

    /// <summary>Brightpearl: what can be sold, in the main warehouse.</summary>
    public int OnHand { get; init; }

    /// <summary>Brightpearl: the stock of the other warehouses by their ids.</summary>
    public ImmutableSortedDictionary<long, SandboxWarehouse> OtherWarehouses { get; init; } = ImmutableSortedDictionary<long, SandboxWarehouse>.Empty;

    /// <summary>Brightpearl: what can be sold, in the second warehouse.</summary>
    public int OnHandElsewhere
    {
        get => In(SecondWarehouse).OnHand;
        init => OtherWarehouses = OtherWarehouses.SetItem(SecondWarehouse, In(SecondWarehouse) with { OnHand = value });
    }

    /// <summary>Brightpearl: held by orders, in the main warehouse.</summary>
    public int Allocated { get; init; }

    /// <summary>Shopify: what can be sold at the main location, which is the first of the settings.</summary>
    public int Available { get; init; }

    /// <summary>Shopify: held by orders at the main location.</summary>
    public int Committed { get; init; }

    /// <summary>Shopify: the SKU, where it is another than Brightpearl's.</summary>
    public string? ShopifySku { get; init; }

    public string SkuAtShopify => ShopifySku ?? Sku;

    /// <summary>Shopify: whether the item is stocked at the main location.</summary>
    public SandboxLevel Level { get; init; }

    /// <summary>Shopify: the stock of the other locations by their ids. The item was never stocked at one that is not there.</summary>
    public ImmutableSortedDictionary<long, SandboxStock> OtherLocations { get; init; } = ImmutableSortedDictionary<long, SandboxStock>.Empty;

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

    /// <summary>The stock of a warehouse.</summary>
    public SandboxWarehouse In(long warehouseId) => warehouseId == MainWarehouse ? new(OnHand, Allocated) : OtherWarehouses.GetValueOrDefault(warehouseId);

    public SandboxProduct With(long warehouseId, SandboxWarehouse stock) => warehouseId == MainWarehouse
        ? this with { OnHand = stock.OnHand, Allocated = stock.Allocated }
        : this with { OtherWarehouses = OtherWarehouses.SetItem(warehouseId, stock) };

    /// <summary>The stock of a location.</summary>
    public SandboxStock At(SandboxLocation location) => location.IsMain ? new(Available, Committed, Level) : OtherLocations.GetValueOrDefault(location.Id, new(0, 0, SandboxLevel.None));

    public SandboxProduct With(SandboxLocation location, SandboxStock stock) => location.IsMain
        ? this with { Available = stock.Available, Committed = stock.Committed, Level = stock.Level }
        : this with { OtherLocations = OtherLocations.SetItem(location.Id, stock) };
}
