using System.Net;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Stock.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Catalog;

public sealed class ProductTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ProductCatalog Catalog => api.Services.GetRequiredService<ProductCatalog>();

    [Fact]
    public async Task A_product_shows_both_quantities_and_ids_as_text()
    {
        await Catalog.LinkAsync(1008, "SHIRT-M", 271878346596884015, Cancel);
        await Catalog.StoreAsync(1008, product => product.AtBrightpearl(new Reading(7, Noon)), Cancel);
        await Catalog.StoreAsync(1008, product => product.AtShopify(new Reading(9, Noon.AddMilliseconds(1))), Cancel);

        Assert.Equal(
            """{"productId":"1008","sku":"SHIRT-M","inventoryItemId":"271878346596884015","locationId":"24826418","bpAvailability":{"quantity":7,"readAt":"2026-11-23T12:00:00.000Z"},"shAvailability":{"quantity":9,"readAt":"2026-11-23T12:00:00.001Z"},"heldBack":0,"difference":-2,"linked":true,"reason":null,"reasonDetail":null,"checkedAt":null,"locations":[{"locationId":"24826418","bpAvailability":{"quantity":7,"readAt":"2026-11-23T12:00:00.000Z"},"shAvailability":{"quantity":9,"readAt":"2026-11-23T12:00:00.001Z"},"heldBack":0,"difference":-2}]}""",
            await api.Viewer.GetStringAsync("/products/1008", Cancel));
    }

    [Fact]
    public async Task A_product_that_was_read_on_one_side_only_shows_no_difference()
    {
        await Catalog.LinkAsync(1009, "SHIRT-L", 271878346596884016, Cancel);
        await Catalog.StoreAsync(1009, product => product.AtBrightpearl(new Reading(0, Noon)), Cancel);

        Assert.Equal(
            """{"productId":"1009","sku":"SHIRT-L","inventoryItemId":"271878346596884016","locationId":"24826418","bpAvailability":{"quantity":0,"readAt":"2026-11-23T12:00:00.000Z"},"shAvailability":null,"heldBack":0,"difference":null,"linked":true,"reason":null,"reasonDetail":null,"checkedAt":null,"locations":[{"locationId":"24826418","bpAvailability":{"quantity":0,"readAt":"2026-11-23T12:00:00.000Z"},"shAvailability":null,"heldBack":0,"difference":null}]}""",
            await api.Viewer.GetStringAsync("/products/1009", Cancel));
    }

    [Fact]
    public async Task An_unknown_product_is_not_found() =>
        await (await api.Viewer.GetAsync("/products/1", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "product-not-found");

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("SHIRT-M")]
    [InlineData("99999999999999999999")]
    public async Task A_bad_id_is_named(string id) =>
        await (await api.Viewer.GetAsync($"/products/{id}", Cancel)).AssertInvalidAsync("id");
}
