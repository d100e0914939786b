using EventTracking.Api.Hosting;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Secrets;
using EventTracking.Core.Configuration;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Testing.Deployment;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Deployment;

/// <summary>The template sets what the product reads, and contains no secret.</summary>
public class TemplateSettingsTests
{
    private protected virtual Dictionary<string, Type> Sections => new()
    {
        [EventTrackingOptions.Section] = typeof(EventTrackingOptions),
        [AwsOptions.Section] = typeof(AwsOptions),
        [SecretsOptions.Section] = typeof(SecretsOptions),
        [ShopifyOptions.Section] = typeof(ShopifyOptions),
        [BrightpearlOptions.Section] = typeof(BrightpearlOptions),
        [BrightpearlOptions.Section + ":OAuth"] = typeof(BrightpearlOAuthOptions),
    };

    private protected virtual DeployedProduct Product => DeployedProduct.Ours;

    /// <summary>Settings that are read individually.</summary>
    private static readonly string[] Others = ["EventTracking:Backend", "EventTracking:Metrics:Namespace", "Swagger:Enabled"];

    /// <summary>Settings of several sections that belong together.</summary>
    private static readonly string[] Locations = [LocationOptions.LocationsSetting, LocationOptions.LocationIdSetting, LocationOptions.WarehouseIdSetting];

    [Fact]
    public void Every_variable_is_a_setting()
    {
        var template = Product.Open(("BrightpearlWarehouseId", "2"));

        Assert.All(template.Settings.Keys.Except(Others), key =>
        {
            var colon = key.LastIndexOf(':');
            Assert.True(Sections.TryGetValue(key[..colon], out var options), $"No options are known for '{key}': add those of the section '{key[..colon]}' to {nameof(Sections)}.");
            Assert.True(options.GetProperty(key[(colon + 1)..]) is not null || Locations.Contains(key), $"No option has the name '{key}'.");
        });
        Assert.Empty(Others.Except(template.Settings.Keys));
    }

    [Fact]
    public void The_product_accepts_what_is_set()
    {
        var template = Product.Open(("BrightpearlWarehouseId", "2"), ("PayloadArchiveDays", 10), ("RecordRetentionDays", 500));
        using var product = Product.Compose(template);

        Assert.Equal("example.myshopify.com", Value<ShopifyOptions>().ShopDomain);
        Assert.Equal((24826418, "2"), (product.GetRequiredService<StockLocations>().All.Single().Id, string.Join(',', product.GetRequiredService<StockLocations>().All.Single().Warehouses)));
        Assert.Equal(("example", "https://euw1.brightpearlconnect.com/", "example_app"), (Value<BrightpearlOptions>().Account, Value<BrightpearlOptions>().BaseAddress!.AbsoluteUri, Value<BrightpearlOptions>().AppRef));
        Assert.Equal((10, "shop-"), (Value<AwsOptions>().PayloadArchiveDays, Value<AwsOptions>().QueuePrefix));
        Assert.Equal((365, 500), (Value<EventTrackingOptions>().PayloadRetentionDays, Value<EventTrackingOptions>().RecordRetentionDays));

        T Value<T>()
            where T : class => product.GetRequiredService<IOptions<T>>().Value;
    }

    [Fact]
    public void Several_locations_are_one_parameter()
    {
        var template = Product.Open(("ShopifyLocationId", ""), ("StockLocations", "24826418=2,3;24826419=4"));
        using var product = Product.Compose(template);

        Assert.Equal(["24826418: 2, 3", "24826419: 4"], product.GetRequiredService<StockLocations>().All.Select(location => $"{location.Id}: {string.Join(", ", location.Warehouses)}"));
        Assert.DoesNotContain("Shopify:LocationId", template.Settings.Keys);
    }

    [Fact]
    public void Without_a_warehouse_none_is_set() =>
        Assert.DoesNotContain("Brightpearl:WarehouseId", Product.Open().Settings.Keys);

    [Fact]
    public void No_secret_is_a_variable_or_a_parameter()
    {
        var template = Product.Open();
        var secrets = SecretsExtensions.Required.SelectMany(names => names.Split('|')).Select(name => name.Replace("/*", "", StringComparison.Ordinal).Replace('/', ':')).ToList();

        Assert.DoesNotContain(template.Settings.Keys, key => secrets.Any(secret => key.StartsWith(secret, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(template.Parameters, parameter => secrets.Any(secret => parameter.Key.Contains(secret.Replace(":", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_parameter_is_explained_and_bounded() => Assert.All(Product.Open().Parameters, parameter =>
    {
        Assert.True(parameter.Value["Description"]!.ToString().Length > 10, parameter.Key);
        Assert.True(
            parameter.Key == "ReconciliationTimeZone" || ((string[])["AllowedValues", "AllowedPattern", "MinValue"]).Any(bound => parameter.Value[bound] is not null),
            parameter.Key);
    });
}
