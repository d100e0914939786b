using System.Net;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Stock.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Reconciliation;

public sealed class ReconciliationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dry_run_lists_what_differs_and_sends_nothing()
    {
        await using var api = await StartAsync();

        using var response = await api.Operator.PostAsync("/reconciliations", Body.Json("""{ "dryRun": true }"""), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var result = await response.ReadJsonAsync();
        Assert.Equal("1008", result.GetProperty("products")[0].GetProperty("productId").GetString());
        Assert.Equal(0, result.GetProperty("events").GetArrayLength());
        Assert.Null(result.GetProperty("correlationId").GetString());
        Assert.Equal(1, result.GetProperty("coverage").GetProperty("compared").GetInt32());
        Assert.Equal(0, (await (await api.Viewer.GetAsync("/events", Cancel)).ReadJsonAsync()).GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task A_reconciliation_sends_an_event_for_each_product_that_differs()
    {
        await using var api = await StartAsync();

        using var response = await api.Operator.PostAsync("/reconciliations", Body.Json("{}"), Cancel);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var result = await response.ReadJsonAsync();
        var shown = await (await api.Viewer.GetAsync($"/events/{result.GetProperty("events")[0].GetString()}", Cancel)).ReadJsonAsync();
        Assert.Equal("reconciliation", shown.GetProperty("source").GetString());
        Assert.Equal("product:1008", shown.GetProperty("entity").GetString());
        Assert.Equal(result.GetProperty("correlationId").GetString(), shown.GetProperty("correlationId").GetString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_reconciliation_has_a_limit(int limit)
    {
        await using var api = await ApiFixture.StartAsync();

        await (await api.Operator.PostAsync("/reconciliations", Body.Json($$"""{ "limit": {{limit}} }"""), Cancel)).AssertInvalidAsync("limit");
    }

    [Fact]
    public async Task A_dry_run_reads_nothing_and_says_so()
    {
        await using var api = await ApiFixture.StartAsync();

        await (await api.Operator.PostAsync("/reconciliations", Body.Json("""{ "dryRun": true, "refresh": true }"""), Cancel)).AssertInvalidAsync("refresh");
    }

    private static async Task<ApiFixture> StartAsync()
    {
        var api = await ApiFixture.StartAsync();
        var catalog = api.Services.GetRequiredService<ProductCatalog>();
        var now = TimeProvider.System.GetUtcNow();
        await catalog.LinkAsync(1008, "SHIRT-M", 271878346596884015, Cancel);
        await catalog.StoreAsync(1008, product => product.AtBrightpearl(new Reading(7, now)), Cancel);
        await catalog.StoreAsync(1008, product => product.AtShopify(new Reading(9, now)), Cancel);
        return api;
    }
}
