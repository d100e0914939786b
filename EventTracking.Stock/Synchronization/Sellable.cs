using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Stock.Synchronization;

/// <summary>How much of a product Shopify may offer.</summary>
internal static class Sellable
{
    /// <summary>
    /// Brightpearl's on-hand less what Shopify has sold and Brightpearl does not know of yet: an order lowers Shopify's
    /// available at once, Brightpearl's on-hand only when it has been imported and allocated. Setting the plain on-hand in
    /// between would sell the same piece twice. Never below zero, which Shopify would refuse. Where Brightpearl also allocates
    /// orders of other channels for the product, those hide as many of Shopify's: exact only when Shopify is the one channel.
    /// </summary>
    public static int Target(ShopifyLevel level, BrightpearlAvailability availability)
    {
        var unknownToBrightpearl = Math.Max(0, level.Committed - availability.Allocated);
        return Math.Max(0, availability.OnHand - unknownToBrightpearl);
    }
}
