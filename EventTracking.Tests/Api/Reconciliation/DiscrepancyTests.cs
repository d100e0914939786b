using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Stock.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Reconciliation;

public sealed class DiscrepancyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_hold_each_product_that_differs_once()
    {
        await StoreAsync(1, 5, 4);
        await StoreAsync(2, 5, 5);
        await StoreAsync(3, 5, 6);
        await StoreAsync(4, 0, 1);
        await StoreAsync(5, null, 1);

        var first = await (await api.Viewer.GetAsync("/discrepancies?limit=2", Cancel)).ReadJsonAsync();
        var second = await (await api.Viewer.GetAsync($"/discrepancies?limit=2&cursor={first.GetProperty("next").GetString()}", Cancel)).ReadJsonAsync();

        Assert.Equal(["1", "3"], first.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("productId").GetString()));
        Assert.Equal([1, -1], first.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("difference").GetInt32()));
        Assert.Equal(["4"], second.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("productId").GetString()));
        Assert.Null(second.GetProperty("next").GetString());
        var coverage = first.GetProperty("coverage");
        Assert.Equal((5, 4, 1, false), (Number(coverage, "linked"), Number(coverage, "compared"), Number(coverage, "unread"), coverage.GetProperty("complete").GetBoolean()));
        Assert.StartsWith("The catalog was never imported completely", coverage.GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_coverage_is_not_complete_while_events_about_quantities_fail_or_wait_for_the_shop()
    {
        await using var other = await ApiFixture.StartAsync();
        await StoreAsync(1, 5, 5, other);
        await other.Services.GetRequiredService<CatalogCoverage>().ImportedAsync(Cancel);
        Assert.True((await (await other.Viewer.GetAsync("/discrepancies", Cancel)).ReadJsonAsync()).GetProperty("coverage").GetProperty("complete").GetBoolean());

        await RunAsync("1", EventStatus.Failed);
        await RunAsync("2", EventStatus.Retrying);
        await RunAsync("3", EventStatus.Waiting);
        await RunAsync("4", EventStatus.Failed);
        await RunAsync("4", EventStatus.Succeeded);
        other.Services.GetRequiredService<FailureOverviews>().Forget();

        var page = await (await other.Viewer.GetAsync("/discrepancies", Cancel)).ReadJsonAsync();
        var coverage = page.GetProperty("coverage");
        Assert.Equal((0, 1, 3, false), (page.GetProperty("products").GetArrayLength(), Number(coverage, "compared"), Number(coverage, "failing"), coverage.GetProperty("complete").GetBoolean()));
        Assert.StartsWith("All 1 linked products have been read on both sides, but 3 events about quantities have failed", coverage.GetProperty("summary").GetString(), StringComparison.Ordinal);

        async Task RunAsync(string product, EventStatus status)
        {
            var id = await other.AcceptAsync(TrackedEvents.Delivery("{}") with { DeliveryId = Guid.NewGuid().ToString(), Function = "stock-sync", Entity = new EntityKey("product", product) });
            await other.RunAsync(id, status, status is EventStatus.Failed or EventStatus.Retrying ? TrackedEvents.Failure("2-stock") : null, status == EventStatus.Waiting ? new EntityKey("shop", "shopify") : null);
        }
    }

    [Theory]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=-1", "cursor")]
    [InlineData("limit=0", "limit")]
    public async Task A_bad_page_is_refused_by_field(string query, string field) =>
        await (await api.Viewer.GetAsync($"/discrepancies?{query}", Cancel)).AssertInvalidAsync(field);

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private async Task StoreAsync(long id, int? brightpearl, int? shopify, ApiFixture? other = null)
    {
        var catalog = (other ?? api).Services.GetRequiredService<ProductCatalog>();
        await catalog.LinkAsync(id, $"SKU-{id}", id + 100, Cancel);
        if (brightpearl is { } onHand)
        {
            await catalog.StoreAsync(id, product => product.AtBrightpearl(new Reading(onHand, Noon)), Cancel);
        }

        if (shopify is { } available)
        {
            await catalog.StoreAsync(id, product => product.AtShopify(new Reading(available, Noon)), Cancel);
        }
    }
}
