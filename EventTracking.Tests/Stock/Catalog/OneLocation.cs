using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;

namespace EventTracking.Tests.Stock.Catalog;

/// <summary>Short forms for tests with a single location.</summary>
internal static class OneLocation
{
    extension(ProductRecord product)
    {
        public long LocationId => product.Locations.Single().LocationId;

        public Reading? Brightpearl => product.Locations.Single().Brightpearl;

        public Reading? Shopify => product.Locations.Single().Shopify;

        public int HeldBack => product.Locations.Single().HeldBack;

        /// <summary>The product with another reading of Brightpearl.</summary>
        public ProductRecord AtBrightpearl(Reading? reading) => product.WithLocations(location => location with { Brightpearl = reading });

        /// <summary>The product with another reading of Shopify.</summary>
        public ProductRecord AtShopify(Reading? reading) => product.WithLocations(location => location with { Shopify = reading });
    }

    extension(ShopifyItem item)
    {
        public ShopifyLevel? Level => item.Levels.Values.SingleOrDefault();
    }

    extension(BrightpearlStock stock)
    {
        public BrightpearlAvailability Only => stock.Locations.Values.Single();
    }

    /// <summary>The setting of a location that gets the stock of all warehouses or of one.</summary>
    public static StockLocations Setting(long location, params long[] warehouses) => new([new StockLocation(location, warehouses)]);

    public static ProductRecord Product(long productId, string sku, long inventoryItemId, long location) => new(productId, sku, inventoryItemId, [new LocationStock(location)]);
}
