using EventTracking.Core.Events;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>What becomes of a page of the catalog whose products cannot all be read.</summary>
public sealed class RefreshedPageTests : IAsyncDisposable
{
    private readonly StockEngine engine = new();

    [Fact]
    public async Task A_page_of_which_nothing_was_read_fails_and_the_next_one_follows_all_the_same()
    {
        await engine.LinkAsync();
        engine.Shops.IsTracked = false;

        var record = await RefreshAsync();

        Assert.Equal((EventStatus.Retrying, "reconciliation/nothing-read", 1), (record.Status, record.Error?.Code, record.EffectCount));
        Assert.Equal("Of 1 products, Shopify returned 1 and Brightpearl 0, so this page was not compared.", record.Error?.Message);
    }

    [Fact]
    public async Task A_product_that_cannot_be_read_is_sent_to_fail_on_its_own()
    {
        await engine.LinkAsync();
        engine.Shops.LeavesOut = "onHand";

        var record = await RefreshAsync();

        Assert.Equal((EventStatus.Succeeded, "0 differ and 1 could not be read; these were sent", 2), (record.Status, record.Attempts[0].Steps[^1].Name, record.EffectCount));
        Assert.Null((await engine.ProductAsync()).Brightpearl);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private Task<EventRecord> RefreshAsync() => engine.RunAsync(FunctionNames.CatalogRefresh, """{"after":null}""", Topics.ReconciliationSource, Topics.RefreshCatalog);
}
