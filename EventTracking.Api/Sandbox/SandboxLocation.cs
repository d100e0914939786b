using EventTracking.Stock.Rules;

namespace EventTracking.Api.Sandbox;

/// <summary>A location of the small Shopify: one of those that the settings name. The first is the main one.</summary>
internal readonly record struct SandboxLocation(long Id, bool IsMain)
{
    public static SandboxLocation MainOf(StockLocations locations) => new(locations.All[0].Id, IsMain: true);

    /// <summary>Returns the location with an id; null if the shop has none.</summary>
    public static SandboxLocation? Find(StockLocations locations, long? id) => id is { } known && locations.Has(known) ? new(known, locations.All[0].Id == known) : null;
}

/// <summary>The stock of an item at a location.</summary>
internal readonly record struct SandboxStock(int Available, int Committed, SandboxLevel Level);

/// <summary>The stock of a product in a warehouse.</summary>
internal readonly record struct SandboxWarehouse(int OnHand, int Allocated);
