using System.Net;
using EventTracking.Core.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Catalog;

public sealed class ProductTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_product_shows_both_quantities_and_ids_as_text()
    {
        var product = new ProductRecord(1008, "SHIRT-M", 271878346596884015, 24826418) { Brightpearl = new Reading(7, Noon) };
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<IProductCatalog>(new GivenCatalog(product)));

        Assert.Equal(
            """{"productId":"1008","sku":"SHIRT-M","inventoryItemId":"271878346596884015","locationId":"24826418","bpAvailability":{"quantity":7,"readAt":"2026-11-23T12:00:00.000Z"},"shAvailability":null,"difference":null}""",
            await api.Viewer.GetStringAsync("/products/1008", Cancel));
    }

    [Fact]
    public async Task An_unknown_product_is_not_found()
    {
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<IProductCatalog>(new GivenCatalog()));

        await (await api.Viewer.GetAsync("/products/1", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "product-not-found");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("SHIRT-M")]
    [InlineData("99999999999999999999")]
    public async Task A_bad_id_is_named(string id)
    {
        await using var api = await ApiFixture.StartAsync();

        await (await api.Viewer.GetAsync($"/products/{id}", Cancel)).AssertInvalidAsync("id");
    }
}
