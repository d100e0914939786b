using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Reconciliation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock;

/// <summary>Composition of the integration that keeps stock equal between Shopify and Brightpearl.</summary>
public static class StockIntegrationExtensions
{
    /// <summary>Connectors, catalog functions and reconciliation, on top of the engine and a backend.</summary>
    public static IServiceCollection AddStockIntegration(this IServiceCollection services, IConfiguration configuration) => services
        .AddShopify(configuration)
        .AddBrightpearl(configuration)
        .AddStock()
        .AddReconciliation()
        .AddSingleton(provider => CreateRedactor(
            provider.GetRequiredService<IOptionsMonitor<ShopifyOptions>>(),
            provider.GetRequiredService<IOptionsMonitor<BrightpearlOptions>>()));

    private static SecretRedactor CreateRedactor(IOptionsMonitor<ShopifyOptions> shopify, IOptionsMonitor<BrightpearlOptions> brightpearl)
    {
        var redactor = new SecretRedactor([.. Secrets(shopify.CurrentValue), .. Secrets(brightpearl.CurrentValue)]);
        shopify.OnChange(changed => redactor.Learn(Secrets(changed)));
        brightpearl.OnChange(changed => redactor.Learn(Secrets(changed)));
        return redactor;
    }

    private static IEnumerable<string> Secrets(ShopifyOptions options) => [options.AccessToken, .. options.WebhookSecrets];

    private static IEnumerable<string> Secrets(BrightpearlOptions options) => [options.StaffToken, .. options.WebhookKeys];
}
