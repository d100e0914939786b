using EventTracking.Core.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Reconciliation;

public sealed class DiscrepancyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_hold_each_product_that_differs_once()
    {
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<IProductCatalog>(
            new GivenCatalog(Product(1, 5, 4), Product(2, 5, 5), Product(3, 5, 6), Product(4, 0, 1), Product(5, null, 1))));

        var first = await (await api.Viewer.GetAsync("/discrepancies?limit=2", Cancel)).ReadJsonAsync();
        var second = await (await api.Viewer.GetAsync($"/discrepancies?limit=2&cursor={first.GetProperty("next").GetString()}", Cancel)).ReadJsonAsync();

        Assert.Equal(["1", "3"], first.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("productId").GetString()));
        Assert.Equal([1, -1], first.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("difference").GetInt32()));
        Assert.Equal(["4"], second.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("productId").GetString()));
        Assert.Null(second.GetProperty("next").GetString());
    }

    [Theory]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=-1", "cursor")]
    [InlineData("limit=0", "limit")]
    public async Task A_bad_page_is_refused_by_field(string query, string field)
    {
        await using var api = await ApiFixture.StartAsync();

        await (await api.Viewer.GetAsync($"/discrepancies?{query}", Cancel)).AssertInvalidAsync(field);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_reconciliation_has_a_limit(int limit)
    {
        await using var api = await ApiFixture.StartAsync();

        await (await api.Operator.PostAsync("/reconciliations", Body.Json($$"""{ "limit": {{limit}} }"""), Cancel)).AssertInvalidAsync("limit");
    }

    private static ProductRecord Product(long id, int? brightpearl, int? shopify) => new(id, $"SKU-{id}", id + 100, 24826418)
    {
        Brightpearl = brightpearl is { } bp ? new Reading(bp, Noon) : null,
        Shopify = shopify is { } sh ? new Reading(sh, Noon) : null,
    };
}
