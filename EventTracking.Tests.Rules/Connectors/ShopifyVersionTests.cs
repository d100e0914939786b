using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Tests.Stock.Catalog;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Rules.Connectors;

/// <summary>The versions of the Admin API that are accepted, and what differs between them.</summary>
public sealed class ShopifyVersionTests
{
    [Theory]
    [InlineData("2026-01", false, false)]
    [InlineData("2026-04", true, false)]
    [InlineData("2026-07", true, false)]
    [InlineData("2026-10", true, true)]
    [InlineData("unstable", true, true)]
    public void Each_version_follows_its_own_rules(string name, bool showsInactiveLevels, bool adjustsAnyLocation)
    {
        var version = ShopifyVersion.Find(name)!;

        Assert.Equal((showsInactiveLevels, adjustsAnyLocation), (version.ShowsInactiveLevels, version.AdjustsAnyLocation));
        Assert.Equal(showsInactiveLevels, new ShopifyQueries(version, OneLocation.Setting(5)).Items.Text.Contains("includeInactive: true", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2025-10")]
    [InlineData("2026-02")]
    [InlineData("2027-01")]
    [InlineData("2026-10 ")]
    [InlineData("latest")]
    [InlineData("")]
    public void Any_other_version_is_refused_with_its_value_and_the_range(string name)
    {
        var result = new ShopifyOptionsValidator().Validate(null, new ShopifyOptions { ApiVersion = name });

        Assert.Contains($"Shopify:ApiVersion must be a version of the Admin API from '2026-01' to '2026-10', or 'unstable', but is '{name}'.", result.Failures!);
    }
}
