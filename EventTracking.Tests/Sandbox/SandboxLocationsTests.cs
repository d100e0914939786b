using System.Net;
using System.Text;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Tests.Sandbox;

/// <summary>The sandbox with two locations and three warehouses.</summary>
public sealed class SandboxLocationsTests : IAsyncLifetime
{
    private const long Mug = 271878346596884015;
    private const long Main = 24826418;
    private const long Other = 24826419;
    private const string Item = "/sandbox/control/shopify/items/271878346596884015";

    private SandboxApp app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app = await SandboxApp.StartAsync(("Shopify:LocationId", ""), ("Brightpearl:WarehouseId", ""), ("Stock:Locations", $"{Main}=2,3;{Other}=4"));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Each_location_has_a_level_of_its_own()
    {
        Assert.Equal([(Main, new ShopifyLevel(12, 0))], await LevelsAsync());

        await PutAsync($"{Item}/level", $$"""{"level":"active","locationId":"{{Other}}","webhook":false}""");
        await PutAsync(Item, $$"""{"available":6,"locationId":"{{Other}}"}""");

        Assert.Equal([(Main, new ShopifyLevel(12, 0)), (Other, new ShopifyLevel(6, 0))], await LevelsAsync());
        Assert.Contains($"\"location_id\":{Other},\"available\":6", Encoding.UTF8.GetString((await app.NextDeliveryAsync()).Body.Span), StringComparison.Ordinal);
    }

    // 12 + 3 in the warehouses of the main location, and 8 in that of the other.
    [Fact]
    public async Task Each_warehouse_feeds_its_location()
    {
        await PutAsync("/sandbox/control/brightpearl/products/1", """{"onHand":3,"warehouseId":"3","webhook":false}""");
        await PutAsync("/sandbox/control/brightpearl/products/1", """{"onHand":8,"warehouseId":"4","webhook":false}""");

        var stock = (await app.Brightpearl.GetAvailabilityAsync([1], Token))[1].Require();

        Assert.Equal([(Main, new BrightpearlAvailability(15, 0)), (Other, new BrightpearlAvailability(8, 0))], stock.Locations.Select(location => (location.Key, location.Value)));
    }

    [Fact]
    public async Task A_row_is_compared_with_the_level_of_its_location()
    {
        await PutAsync($"{Item}/level", $$"""{"level":"active","locationId":"{{Other}}","webhook":false}""");

        var results = await app.Shopify.SetAvailableAsync([new(Mug, Main, 5, 12, "01J/1/1"), new(Mug, Other, 9, 12, "01J/1/1")], "gid://event-tracking/Event/01J", Token);

        Assert.Equal([new ShopifyRowResult.Set(), new ShopifyRowResult.Stale()], results);
        Assert.Equal([(Main, new ShopifyLevel(5, 0)), (Other, new ShopifyLevel(0, 0))], await LevelsAsync());
        Assert.Equal([(Main, 5)], app.State.Mutations.Select(done => (done.LocationId, done.To)));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("here")]
    public async Task A_location_that_the_settings_do_not_name_does_not_exist(string location)
    {
        using var response = await app.PutAsync(Item, $$"""{"available":6,"locationId":"{{location}}"}""");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private async Task PutAsync(string path, string json)
    {
        using var response = await app.PutAsync(path, json);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<IEnumerable<(long, ShopifyLevel)>> LevelsAsync() =>
        (await app.Shopify.GetItemsAsync([Mug], Token))[Mug].Levels.Select(level => (level.Key, level.Value));
}
