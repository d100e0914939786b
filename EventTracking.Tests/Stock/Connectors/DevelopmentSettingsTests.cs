using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Stock.Connectors;

public sealed class DevelopmentSettingsTests
{
    [Fact]
    public void The_settings_for_development_are_complete()
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Repository.PathOf("EventTracking.Api", "appsettings.Development.json")).Build();
        using var services = new ServiceCollection().AddStockLocations(configuration).AddShopify(configuration).AddBrightpearl(configuration, FunctionNames.FanOut).BuildServiceProvider();

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal(TimeSpan.FromSeconds(1.5), services.GetRequiredService<IOptions<ShopifyOptions>>().Value.TryTimeout);
        Assert.Equal(TimeSpan.FromSeconds(4), services.GetRequiredService<IOptions<BrightpearlOptions>>().Value.CallTimeout);
    }
}
