using EventTracking.Core;
using EventTracking.Core.Functions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Guide;

/// <summary>Composition of the price integration.</summary>
public static class PriceExtensions
{
    /// <summary>Notes the prices that Shopify reports; its settings are the section <c>Prices</c>.</summary>
    public static IServiceCollection AddPrices(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<PriceOptions>().Bind(configuration.GetSection(PriceOptions.Section)).ValidateOnStart();
        services.AddHttpClient(nameof(ListPriceImport)).AddHttpMessageHandler(static () => new OutgoingCallHandler("prices"));
        return services
            .AddSettings<PriceOptions>(PriceOptions.Section)
            .AddSingleton<IValidateOptions<PriceOptions>, PriceOptionsValidator>()
            .AddSecrets<PriceOptions>(static options => [options.ApiKey])
            .AddSingleton<PriceMetrics>()
            .AddRecordCollection("price", PriceJson.Default.Price)
            .AddRecordCollection("list-price", PriceJson.Default.ListPrice)
            .AddFunction<PriceChanged>("price-changed", settings => settings.BatchSize = 20)
            .AddRoute("shopify", "products/update", "price-changed")
            .AddDependencyKind<ListPrices>(ListPrices.Kind)
            .AddFunction<ListPriceImport>("list-price-import")
            .AddRoute("prices", "list-price.import", "list-price-import");
    }
}
