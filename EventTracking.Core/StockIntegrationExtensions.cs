using EventTracking.Core.Connectors.Brightpearl;
using EventTracking.Core.Connectors.Shopify;
using EventTracking.Core.Observability;
using EventTracking.Core.Reconciliation;
using EventTracking.Core.Stock;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Core;

/// <summary>Composition of the integration that keeps stock equal between Shopify and Brightpearl.</summary>
public static class StockIntegrationExtensions
{
    /// <summary>Connectors, catalog functions and reconciliation, on top of the engine and a backend.</summary>
    public static IServiceCollection AddStockIntegration(this IServiceCollection services, IConfiguration configuration) => services
        .AddShopify(configuration)
        .AddBrightpearl(configuration)
        .AddStock()
        .AddReconciliation()
        .AddSingleton(provider => new SecretRedactor(Secrets(
            provider.GetRequiredService<IOptions<ShopifyOptions>>().Value,
            provider.GetRequiredService<IOptions<BrightpearlOptions>>().Value)));

    private static IEnumerable<string> Secrets(ShopifyOptions shopify, BrightpearlOptions brightpearl) =>
        [shopify.AccessToken, brightpearl.StaffToken, .. shopify.WebhookSecrets, .. brightpearl.WebhookKeys];
}
