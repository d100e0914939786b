using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Reconciliation;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>What a page of a refresh finds, and what it must not conclude. Products 1001 to 1003 are linked to items 1 to 3.</summary>
public sealed class CatalogRefreshTests : IAsyncLifetime
{
    private readonly StockEngine engine = new();

    private Shops Shops => engine.Shops;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Shops.Items.Clear();
        Shops.Products.Clear();
        for (var number = 1; number <= 3; number++)
        {
            Shops.Items[number] = new ShopItem($"SKU-{number}") { Available = 5 };
            Shops.Products[1000 + number] = new ShopProduct($"SKU-{number}") { OnHand = 5 };
            await engine.LinkAsync(1000 + number, $"SKU-{number}", number);
        }
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Both_quantities_of_each_product_are_stored_at_once_and_drift_is_sent()
    {
        Shops.Items[2].Available = 1;

        var record = await RefreshAsync();

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal(["level", "product", "availability"], Shops.Calls);
        Assert.Contains("1 differ, 0 could not be read, 0 have lost their link; these were sent", record.Attempts[0].Steps.Select(step => step.Name));
        await engine.Engine.RunToRestAsync();
        Assert.Equal(5, Shops.Items[2].Available);
    }

    // A host's clock is two hours ahead when it refreshes, and another's is right.
    [Fact]
    public async Task Readings_from_the_future_are_replaced()
    {
        foreach (var product in await engine.Catalog.ListAsync(null, 10, Cancellation))
        {
            var ahead = new Reading(3, Given.Now.AddHours(2));
            await engine.Catalog.TryStoreAsync(product.AtBrightpearl(ahead).AtShopify(ahead), Cancellation);
        }

        await RefreshAsync();

        Assert.All(await engine.Catalog.ListAsync(null, 10, Cancellation), product => Assert.Equal((5, 5), (product.Brightpearl?.Quantity, product.Shopify?.Quantity)));
    }

    [Theory]
    [InlineData("item deleted")]
    [InlineData("item renamed")]
    [InlineData("item with a SKU that is too long")]
    [InlineData("item not tracked")]
    [InlineData("product deleted")]
    [InlineData("product renamed")]
    [InlineData("product with a SKU that is too long")]
    [InlineData("product not tracked")]
    [InlineData("product a bundle")]
    public async Task A_broken_link_is_removed_and_looked_up_again(string what)
    {
        Break(what, 2);

        var record = await RefreshAsync();

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Null(await engine.ProductAsync(1002));
        Assert.NotNull((await engine.ProductAsync(1003))?.Shopify);
        var sent = (await Task.WhenAll(record.Effects.Select(engine.Engine.FindAsync))).Single(effect => effect.Event.Topic == Topics.ProductModified);
        Assert.Equal((FunctionNames.ProductImport, Entities.Product(1002)), (sent.Event.Function, sent.Event.Entity));
        await engine.Engine.RunToRestAsync();

        // A search that finds nothing is asked once more.
        engine.Engine.Time.Advance(TimeSpan.FromMinutes(1));
        await engine.Engine.RunToRestAsync();
        Assert.Equal(EventStatus.Ignored, (await engine.Engine.FindAsync(sent.Id)).Status);
        Assert.Empty(Shops.Writes);
    }

    [Fact]
    public async Task A_link_that_both_sides_have_moved_is_made_anew_and_the_stock_is_set()
    {
        Shops.Items.Remove(2);
        Shops.Items[12] = new ShopItem("SKU-2");

        await RefreshAsync();
        await engine.Engine.RunToRestAsync();

        Assert.Equal((12, 5), ((await engine.ProductAsync(1002))?.InventoryItemId, Shops.Items[12].Available));
    }

    [Fact]
    public async Task Shopify_answering_with_nothing_at_all_fails_the_page_and_removes_no_link()
    {
        Shops.IsEmpty = true;

        var record = await RefreshAsync();

        Assert.Equal((EventStatus.Retrying, "reconciliation/nothing-read"), (record.Status, record.Error?.Code));
        Assert.Contains("Shopify returned no items of 3 products of the page and of 0 others", record.Error?.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await engine.Catalog.ListAsync(null, 10, Cancellation)).Count);
        Assert.Empty(record.Effects);
    }

    [Fact]
    public async Task Brightpearl_answering_with_nothing_at_all_fails_the_page_and_removes_no_link()
    {
        Shops.Products.Clear();

        var record = await RefreshAsync();

        Assert.Equal((EventStatus.Retrying, "reconciliation/nothing-read"), (record.Status, record.Error?.Code));
        Assert.Contains("Brightpearl returned no products of 3 products of the page and of 0 others", record.Error?.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await engine.Catalog.ListAsync(null, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task A_page_without_any_availability_fails()
    {
        Shops.LeavesOut = "everything";

        var record = await RefreshAsync();

        Assert.Equal((EventStatus.Retrying, "reconciliation/nothing-read"), (record.Status, record.Error?.Code));
        Assert.Contains("Brightpearl returned no availabilities of 3 products", record.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_product_that_cannot_be_read_is_sent_to_fail_on_its_own()
    {
        Shops.LeavesOut = "onHand";

        var record = await RefreshAsync();

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Contains("0 differ, 3 could not be read, 0 have lost their link; these were sent", record.Attempts[0].Steps.Select(step => step.Name));
        Assert.Equal(4, record.EffectCount);
        Assert.Null((await engine.ProductAsync(1001))?.Brightpearl);
    }

    [Theory]
    [InlineData("item deleted")]
    [InlineData("product deleted")]
    public async Task A_page_whose_products_are_all_gone_is_believed_if_others_are_there(string what)
    {
        Break(what, 3);

        var record = await RefreshAsync(after: 1002);

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Null(await engine.ProductAsync(1003));
        Assert.NotNull(await engine.ProductAsync(1002));
    }

    [Fact]
    public async Task A_product_that_changes_all_the_time_neither_fails_the_page_nor_keeps_the_others_waiting()
    {
        Shops.AfterLevel = async () => Assert.NotNull(await engine.Catalog.TryStoreAsync((await engine.ProductAsync(1002))!.AtShopify(new Reading(7, Given.Now)), Cancellation));

        var record = await RefreshAsync();

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal(9, Shops.Calls.Count);
        Assert.Contains("1 changed during each of 3 readings", record.Attempts[0].Steps.Select(step => step.Name));
        Assert.Contains("0 differ, 1 could not be read, 0 have lost their link; these were sent", record.Attempts[0].Steps.Select(step => step.Name));
        Assert.Equal((5, 7, 5), ((await engine.ProductAsync(1001))?.Shopify?.Quantity, (await engine.ProductAsync(1002))?.Shopify?.Quantity, (await engine.ProductAsync(1003))?.Shopify?.Quantity));
    }

    [Fact]
    public async Task A_product_that_changed_once_is_read_again()
    {
        Shops.AfterLevel = async () =>
        {
            Shops.AfterLevel = () => Task.CompletedTask;
            Shops.Items[2].Available = 4;
            await engine.Catalog.TryStoreAsync((await engine.ProductAsync(1002))!.AtShopify(new Reading(4, Given.Now.AddHours(1))), Cancellation);
        };

        var record = await RefreshAsync();

        Assert.Contains("1 differ, 0 could not be read, 0 have lost their link; these were sent", record.Attempts[0].Steps.Select(step => step.Name));
        Assert.Equal((5, 4), ((await engine.ProductAsync(1002))?.Brightpearl?.Quantity, (await engine.ProductAsync(1002))?.Shopify?.Quantity));
    }

    // From 2026-10 on, Shopify's quantities can be set at any location, but a level that was there has been removed on purpose.
    [Theory]
    [InlineData("2026-07")]
    [InlineData("2026-10")]
    public async Task The_level_of_an_item_that_is_not_stocked_any_more_is_forgotten(string version)
    {
        await using var other = new StockEngine(version);
        await other.LinkAsync();
        await RefreshAsync(other, null);
        other.Shops.IsStocked = false;

        await RefreshAsync(other, null);

        Assert.Null((await other.ProductAsync()).Shopify);
    }

    private Task<EventRecord> RefreshAsync(long? after = null) => RefreshAsync(engine, after);

    private static Task<EventRecord> RefreshAsync(StockEngine engine, long? after)
    {
        var delivery = engine.Engine.Get<Reconciler>().RefreshDelivery("correlation", after);
        return engine.RunAsync(FunctionNames.CatalogRefresh, System.Text.Encoding.UTF8.GetString(delivery.Body.Span), delivery.Source, delivery.Topic);
    }

    private void Break(string what, int number)
    {
        switch (what)
        {
            case "item deleted":
                Shops.Items.Remove(number);
                break;
            case "item renamed":
                Shops.Items[number].Sku = "OTHER";
                break;
            case "item with a SKU that is too long":
                Shops.Items[number].Sku = new string('X', 256);
                break;
            case "product with a SKU that is too long":
                Shops.Products[1000 + number].Sku = new string('X', 256);
                break;
            case "item not tracked":
                Shops.Items[number].IsTracked = false;
                break;
            case "product deleted":
                Shops.Products.Remove(1000 + number);
                break;
            case "product renamed":
                Shops.Products[1000 + number].Sku = "OTHER";
                break;
            case "product not tracked":
                Shops.Products[1000 + number].IsTracked = false;
                break;
            default:
                Shops.Products[1000 + number].IsBundle = true;
                break;
        }
    }
}
