using System.Diagnostics.CodeAnalysis;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Composition of the Shopify connector.</summary>
internal static class ShopifyExtensions
{
    /// <summary>Adds verification and reading of Shopify's webhooks and the client of its Admin API, set up by the section <c>Shopify</c>.</summary>
    public static IServiceCollection AddShopify([NotNull] this IServiceCollection services, [NotNull] IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<ShopifyOptions>, ShopifyOptionsValidator>();
        services.AddOptions<ShopifyOptions>().Bind(configuration.GetSection(ShopifyOptions.Section)).ValidateOnStart();
        services.AddSingleton<ShopifyWebhooks>();
        services
            .AddConnectorPipeline(ShopifyGraph.Connector, static services => Settings(services.GetRequiredService<IOptions<ShopifyOptions>>().Value))
            .AddHttpClient(nameof(ShopifyClient))
            .AddTypedClient(static (http, services) => new ShopifyClient(
                http, services.GetRequiredService<IOptionsMonitor<ShopifyOptions>>(), services.GetRequiredService<SecretRefresh>()))
            .ConfigureHttpClient(static (services, http) =>
            {
                var options = services.GetRequiredService<IOptions<ShopifyOptions>>().Value;
                http.BaseAddress = ConnectorExtensions.Folder(options.BaseAddress ?? new Uri($"https://{options.ShopDomain}/"));
            })
            .Protect(ShopifyGraph.Connector);
        return services;
    }

    private static ConnectorSettings Settings(ShopifyOptions options) => new(ShopifyGraph.Connector, options.CallTimeout, options.TryTimeout)
    {
        FindThrottle = ShopifyThrottle.Find,
    };
}
