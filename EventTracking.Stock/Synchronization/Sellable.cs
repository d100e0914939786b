using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Stock.Synchronization;

/// <summary>Computes how much of a product Shopify may offer at a location.</summary>
internal static class Sellable
{
    /// <summary>
    /// Returns Brightpearl's on-hand quantity less what Shopify has sold and Brightpearl does not know about yet. An order lowers
    /// Shopify's available quantity at once, but Brightpearl's on-hand quantity only after it has been imported and allocated. Setting
    /// the plain on-hand quantity in between would sell the same piece twice. The result is negative if more is sold than there is, and
    /// Shopify accepts that for available (not for on_hand): raising it to zero would add pieces that do not exist. It is exact only if Shopify is the only channel: orders of other channels that Brightpearl allocates for the product
    /// hide the same quantity of Shopify's orders.
    /// </summary>
    public static int Target(ShopifyLevel level, BrightpearlAvailability availability)
    {
        // Shopify has not sold more than it has committed, whatever Brightpearl's number is.
        var unknownToBrightpearl = Math.Max(0, (long)level.Committed - Math.Max(0, availability.Allocated));
        return (int)Math.Max(int.MinValue, availability.OnHand - unknownToBrightpearl);
    }
}
