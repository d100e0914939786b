using EventTracking.Api.Sandbox;
using EventTracking.Stock.Rules;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>The two systems that have quantities.</summary>
internal enum Side
{
    /// <summary>Brightpearl's on-hand quantity in the warehouses of a location, by product id.</summary>
    Brightpearl,

    /// <summary>Shopify's available quantity at a location, by inventory item id.</summary>
    Shopify,
}

/// <summary>When each side last had a quantity, or answered with it.</summary>
internal sealed class Quantities(StockLocations locations)
{
    private readonly Dictionary<(long Id, Side Side, long Location, int Quantity), TimeSpan> seen = [];

    public void See(SandboxProduct product, Side side, TimeSpan now)
    {
        if ((side == Side.Brightpearl ? product.ProductId : product.InventoryItemId) is { } id)
        {
            foreach (var location in locations.All)
            {
                var quantity = side == Side.Brightpearl
                    ? location.Warehouses.Sum(warehouse => product.In(warehouse).OnHand)
                    : product.At(SandboxLocation.Find(locations, location.Id)!.Value).Available;
                seen[(id, side, location.Id, quantity)] = now;
            }
        }
    }

    public bool HadSince(long id, Side side, long location, int quantity, TimeSpan since) => seen.TryGetValue((id, side, location, quantity), out var last) && last >= since;
}
