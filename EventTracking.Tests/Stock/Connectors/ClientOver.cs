using EventTracking.Core.Secrets;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Stock.Connectors;

/// <summary>Clients over any HTTP client, with a static token.</summary>
internal static class ClientOver
{
    public static ShopifyClient Shopify(HttpClient http, ShopifyOptions options, long location = 24826418)
    {
        var fixedOptions = new FixedOptions<ShopifyOptions>(options);
        return new ShopifyClient(http, fixedOptions, new ShopifyTokens(http, fixedOptions, new SecretRefresh(), new SecretRedactor([]), TimeProvider.System), OneLocation.Setting(location));
    }

    public static BrightpearlClient Brightpearl(HttpClient http, BrightpearlOptions options, long warehouse = 2)
    {
        var fixedOptions = new FixedOptions<BrightpearlOptions>(options);
        return new BrightpearlClient(
            http, fixedOptions, new BrightpearlTokens(fixedOptions, new SecretRefresh(), new SecretRedactor([]), () => throw new InvalidOperationException("A static token is not shared."), TimeProvider.System), OneLocation.Setting(24826418, warehouse));
    }
}
