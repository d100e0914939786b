using System.Globalization;
using EventTracking.Stock.Rules;
using Microsoft.Extensions.Configuration;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>Which warehouses feed which location.</summary>
public sealed class LocationOptionsTests
{
    [Theory]
    [InlineData("24826418=2,3;24826419=4", "24826418: 2 3; 24826419: 4")]
    [InlineData(" 5 = 2 , 3 ; 6 = 4 ; ", "5: 2 3; 6: 4")]
    [InlineData("5=2", "5: 2")]
    [InlineData("5=*", "5:")]
    public void Pairs_are_read(string pairs, string locations) => Assert.Equal((locations, null), Read(pairs));

    [Theory]
    [InlineData("5", null, "5:")]
    [InlineData("5", "2", "5: 2")]
    [InlineData("5", " ", "5:")]
    public void The_older_settings_are_a_single_pair(string location, string? warehouse, string locations) => Assert.Equal((locations, null), Read(null, location, warehouse));

    [Theory]
    [InlineData("5", "has '5'")]
    [InlineData("5=", "has '5='")]
    [InlineData("5=2;6=x", "has '6=x'")]
    [InlineData("0=2", "has '0=2'")]
    [InlineData("5=2=3", "has '5=2=3'")]
    [InlineData("5=-2", "has '5=-2'")]
    [InlineData("5=2,", "has '5=2,'")]
    [InlineData("5=99999999999999999999", "has '5=99999999999999999999'")]
    public void What_is_no_pair_is_named(string pairs, string problem) => Assert.EndsWith(
        $"(the id of a Shopify location, and the ids of the Brightpearl warehouses that feed it, or * for all), but {problem}.", Read(pairs).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData(";", "Stock:Locations must name 1 to 20 locations, but names 0.")]
    [InlineData("5=2;5=3", "Stock:Locations must name each location once, but names 5 several times.")]
    [InlineData("5=2,3;6=3", "Stock:Locations must name each warehouse once, because a warehouse feeds one location, but names 3 several times.")]
    [InlineData("5=2,2", "Stock:Locations must name each warehouse once, because a warehouse feeds one location, but names 2 several times.")]
    [InlineData("5=*;6=2", "Stock:Locations must name the warehouses of each location if there are several, but has '5=*'.")]
    public void What_contradicts_itself_is_named(string pairs, string problem) => Assert.Equal(problem, Read(pairs).Problem);

    [Theory]
    [InlineData(20, 5, null)]
    [InlineData(21, 1, "Stock:Locations must name 1 to 20 locations, but names 21.")]
    [InlineData(1, 101, "Stock:Locations must name at most 100 warehouses, but names 101.")]
    public void There_is_a_bound(int locations, int warehouses, string? problem) => Assert.Equal(
        problem,
        Read(string.Join(';', Enumerable.Range(1, locations).Select(location => $"{location}={string.Join(',', Enumerable.Range(location * 1000, warehouses))}"))).Problem);

    [Fact]
    public void A_long_text_is_not_read() =>
        Assert.Equal("Stock:Locations must have at most 4000 characters, but has 4001.", Read("5=2".PadRight(4000, ',') + ',').Problem);

    [Theory]
    [InlineData("5=2", "5", null, "Shopify:LocationId must not be set together with Stock:Locations, which names all locations and warehouses, but is '5'.")]
    [InlineData("5=2", null, "2", "Brightpearl:WarehouseId must not be set together with Stock:Locations, which names all locations and warehouses, but is '2'.")]
    [InlineData(null, null, null, "Shopify:LocationId must be the id of the location whose stock is synchronized, unless Stock:Locations is set, but is not set.")]
    [InlineData(null, "x", null, "Shopify:LocationId must be the id of the location whose stock is synchronized, unless Stock:Locations is set, but is 'x'.")]
    [InlineData(null, "5", "x", "Brightpearl:WarehouseId must be the id of a warehouse, or not be set, but is 'x'.")]
    public void The_two_ways_do_not_mix(string? pairs, string? location, string? warehouse, string problem) => Assert.Equal(problem, Read(pairs, location, warehouse).Problem);

    private static (string Locations, string? Problem) Read(string? pairs, string? location = null, string? warehouse = null)
    {
        var options = new LocationOptions();
        options.Bind(new ConfigurationBuilder().AddInMemoryCollection([new("Stock:Locations", pairs), new("Shopify:LocationId", location), new("Brightpearl:WarehouseId", warehouse)]).Build());
        var read = options.Read(out var problem);
        return (string.Join("; ", read.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Id}: {string.Join(' ', pair.Warehouses)}").TrimEnd())), problem);
    }
}
