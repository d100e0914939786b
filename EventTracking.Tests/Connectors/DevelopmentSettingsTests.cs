using System.Runtime.CompilerServices;
using EventTracking.Core.Connectors.Brightpearl;
using EventTracking.Core.Connectors.Shopify;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Connectors;

public sealed class DevelopmentSettingsTests
{
    [Fact]
    public void The_settings_for_development_are_complete()
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(Path.Combine(HereIs(), "../../../EventTracking.Api/appsettings.Development.json"))).Build();
        using var services = new ServiceCollection().AddShopify(configuration).AddBrightpearl(configuration).BuildServiceProvider();

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal(TimeSpan.FromSeconds(1.5), services.GetRequiredService<IOptions<ShopifyOptions>>().Value.TryTimeout);
        Assert.Equal(TimeSpan.FromSeconds(4), services.GetRequiredService<IOptions<BrightpearlOptions>>().Value.CallTimeout);
    }

    private static string HereIs([CallerFilePath] string path = "") => path;
}
