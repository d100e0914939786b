using EventTracking.Api.Sandbox;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>The two systems that have quantities.</summary>
internal enum Side
{
    /// <summary>Brightpearl's on-hand quantity.</summary>
    Brightpearl,

    /// <summary>Shopify's available quantity.</summary>
    Shopify,
}

/// <summary>When each side last had a quantity of a product, or answered with it.</summary>
internal sealed class Quantities
{
    private readonly Dictionary<(long Product, Side Side, int Quantity), TimeSpan> seen = [];

    public void See(SandboxProduct product, Side side, TimeSpan now)
    {
        if (product.ProductId is { } id)
        {
            seen[(id, side, side == Side.Brightpearl ? product.OnHand : product.Available)] = now;
        }
    }

    public bool HadSince(long productId, Side side, int quantity, TimeSpan since) => seen.TryGetValue((productId, side, quantity), out var last) && last >= since;
}
