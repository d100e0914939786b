using EventTracking.Api.Sandbox;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>The two systems that have quantities.</summary>
internal enum Side
{
    /// <summary>Brightpearl's on-hand quantity, by product id.</summary>
    Brightpearl,

    /// <summary>Shopify's available quantity, by inventory item id.</summary>
    Shopify,
}

/// <summary>When each side last had a quantity, or answered with it.</summary>
internal sealed class Quantities
{
    private readonly Dictionary<(long Id, Side Side, int Quantity), TimeSpan> seen = [];

    public void See(SandboxProduct product, Side side, TimeSpan now)
    {
        var (id, quantity) = side == Side.Brightpearl ? (product.ProductId, product.OnHand) : (product.InventoryItemId, product.Available);
        if (id is { } known)
        {
            seen[(known, side, quantity)] = now;
        }
    }

    public bool HadSince(long id, Side side, int quantity, TimeSpan since) => seen.TryGetValue((id, side, quantity), out var last) && last >= since;
}
