using System.Text.Json;

namespace EventTracking.Tests.Stock;

/// <summary>The service with two locations, of which one gets the stock of two warehouses.</summary>
public sealed class SeveralLocationsService : DevelopmentService
{
    public const string Main = "24826418";
    public const string Other = "24826419";

    private protected override Dictionary<string, string?> Settings => new() { ["Shopify__LocationId"] = "", ["Brightpearl__WarehouseId"] = "", ["Stock__Locations"] = $"{Main}=2,3;{Other}=4" };
}

/// <summary>What a merchant with several locations sees, over real HTTP.</summary>
public sealed class SeveralLocationsTests(SeveralLocationsService service) : IClassFixture<SeveralLocationsService>
{
    // 10 + 4 pieces for the main location, and 7 for the other.
    [Fact]
    public async Task Each_location_gets_the_stock_of_its_own_warehouses()
    {
        await AddAsync(7501, main: 10, second: 4, third: 7);

        Assert.Equal((14, 7), await StockAsync(7501));
        var product = await service.AwaitProductAsync(7501, found => Quantities(found).SequenceEqual([(14, 14), (7, 7)]));
        Assert.Equal(JsonValueKind.Null, product.GetProperty("locationId").ValueKind);
        Assert.Equal((21, 21, 0), (Quantity(product, "bpAvailability"), Quantity(product, "shAvailability"), product.GetProperty("difference").GetInt32()));
        Assert.Equal([SeveralLocationsService.Main, SeveralLocationsService.Other], product.GetProperty("locations").EnumerateArray().Select(location => location.GetProperty("locationId").GetString()));
    }

    [Fact]
    public async Task A_change_in_one_warehouse_changes_one_location()
    {
        await AddAsync(7502, main: 10, second: 4, third: 7);

        await SetWarehouseAsync(7502, 3, 1);

        await service.AwaitProductAsync(7502, found => Quantities(found).SequenceEqual([(11, 11), (7, 7)]));
        Assert.Equal((11, 7), await StockAsync(7502));
    }

    // One too many at the main location and one too few at the other: the sums are equal.
    [Fact]
    public async Task Differences_that_cancel_out_are_listed_and_corrected()
    {
        await AddAsync(7503, main: 10, second: 4, third: 7);
        await SetLevelAsync(7503, SeveralLocationsService.Main, 15);
        await SetLevelAsync(7503, SeveralLocationsService.Other, 6);
        await service.AwaitProductAsync(7503, found => Quantities(found).SequenceEqual([(14, 15), (7, 6)]));

        var page = await service.GetAsync("discrepancies");

        var listed = page.GetProperty("products").EnumerateArray().Single(product => product.GetProperty("productId").GetString() == "7503");
        Assert.Equal(0, listed.GetProperty("difference").GetInt32());
        Assert.Equal([-1, 1], listed.GetProperty("locations").EnumerateArray().Select(location => location.GetProperty("difference").GetInt32()));
        var coverage = page.GetProperty("coverage").GetProperty("locations").EnumerateArray().ToList();
        Assert.Equal([SeveralLocationsService.Main, SeveralLocationsService.Other], coverage.Select(location => location.GetProperty("locationId").GetString()));

        await service.SendAsync(HttpMethod.Post, "reconciliations", new { });

        await service.AwaitProductAsync(7503, found => Quantities(found).SequenceEqual([(14, 14), (7, 7)]));
        Assert.Equal((14, 7), await StockAsync(7503));
    }

    private async Task AddAsync(long id, int main, int second, int third)
    {
        await service.AddProductAsync(id, onHand: main, available: 0);
        await SetWarehouseAsync(id, 3, second, webhook: false);
        await SetWarehouseAsync(id, 4, third);
        await service.AwaitAsync($"product:{id}", "succeeded");
        await service.AwaitProductAsync(id, found => Quantities(found).SequenceEqual([(main + second, main + second), (third, third)]));
    }

    private async Task SetWarehouseAsync(long id, int warehouse, int onHand, bool webhook = true) =>
        await service.SendAsync(HttpMethod.Put, $"sandbox/control/brightpearl/products/{id}", new { onHand, warehouseId = $"{warehouse}", webhook });

    private async Task SetLevelAsync(long id, string location, int available) =>
        await service.SendAsync(HttpMethod.Put, $"sandbox/control/shopify/items/{DevelopmentService.ItemOf(id)}", new { available, locationId = location });

    private async Task<(int Main, int Other)> StockAsync(long id)
    {
        var state = await service.GetAsync("sandbox/control/state");
        var product = state.GetProperty("products").EnumerateArray().Single(product => product.GetProperty("sku").GetString() == $"JOURNEY-{id}").GetProperty("shopify");
        return (product.GetProperty("available").GetInt32(), product.GetProperty("otherLocations").EnumerateArray().Single().GetProperty("available").GetInt32());
    }

    /// <summary>What the catalog has at each location: Brightpearl's quantity and Shopify's.</summary>
    private static IEnumerable<(int?, int?)> Quantities(JsonElement product) => product.TryGetProperty("locations", out var locations)
        ? locations.EnumerateArray().Select(location => (Quantity(location, "bpAvailability"), Quantity(location, "shAvailability")))
        : [];

    private static int? Quantity(JsonElement product, string side) => product.GetProperty(side) is { ValueKind: JsonValueKind.Object } reading ? reading.GetProperty("quantity").GetInt32() : null;
}
