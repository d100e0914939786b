using System.Diagnostics.CodeAnalysis;
using EventTracking.Core;
using EventTracking.Core.Secrets;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Registers the Shopify connector.</summary>
internal static class ShopifyExtensions
{
    /// <summary>Adds the verification and reading of Shopify's webhooks and the client for its Admin API.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">The configuration. Its section <c>Shopify</c> is bound to <see cref="ShopifyOptions"/> and validated when the host starts.</param>
    public static IServiceCollection AddShopify([NotNull] this IServiceCollection services, [NotNull] IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<ShopifyOptions>, ShopifyOptionsValidator>();
        services.AddOptions<ShopifyOptions>().Bind(configuration.GetSection(ShopifyOptions.Section)).ValidateOnStart();
        services.AddSettings<ShopifyOptions>(ShopifyOptions.Section);
        services.AddSingleton<ShopifyWebhooks>();
        services.AddSingleton<ShopifyReads>();

        // A signature covers only the body, and one app's secret signs the deliveries of all shops that installed the app.
        services.AddAccount(Topics.Shopify, static provider => provider.GetRequiredService<IOptions<ShopifyOptions>>().Value.ShopDomain, "other-shop");
        services
            .AddConnectorPipeline(ShopifyGraph.Connector, static services => Settings(services.GetRequiredService<IOptions<ShopifyOptions>>().Value))
            .AddHttpClient(nameof(ShopifyClient))
            .AddTypedClient(static (http, services) => new ShopifyClient(
                http, services.GetRequiredService<IOptionsMonitor<ShopifyOptions>>(), services.GetRequiredService<ShopifyTokens>(), services.GetRequiredService<StockLocations>()))
            .ConfigureHttpClient(SetAddress)
            .Protect(ShopifyGraph.Connector);
        services.AddHttpClient(nameof(ShopifyTokens)).ConfigureHttpClient(SetAddress).Protect(ShopifyGraph.Connector);
        return services.AddSingleton(static services => new ShopifyTokens(
            services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(ShopifyTokens)),
            services.GetRequiredService<IOptionsMonitor<ShopifyOptions>>(),
            services.GetRequiredService<SecretRefresh>(),
            services.GetRequiredService<SecretRedactor>(),
            services.GetRequiredService<TimeProvider>()));
    }

    private static void SetAddress(IServiceProvider services, HttpClient http)
    {
        var options = services.GetRequiredService<IOptions<ShopifyOptions>>().Value;
        http.BaseAddress = ConnectorExtensions.Folder(options.BaseAddress ?? new Uri($"https://{options.ShopDomain}/"));
    }

    private static ConnectorSettings Settings(ShopifyOptions options) => new(ShopifyGraph.Connector, options.CallTimeout, options.TryTimeout)
    {
        FindThrottle = ShopifyThrottle.Find,
        FindRefusal = ShopifyErrors.FindRefusal,
    };
}
