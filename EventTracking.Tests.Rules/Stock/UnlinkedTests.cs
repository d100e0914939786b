using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>Products that only one side has, or whose stock is not synchronized: their events end with the reason, and whatever links them sets their stock.</summary>
public sealed class UnlinkedTests : LinkedShops
{
    private const string NotAtShopify = "sku-not-at-shopify: Shopify has no product with the SKU 'CARD'.";

    private UnlinkedCatalog Unlinked => Engine.Engine.Get<UnlinkedCatalog>();

    [Fact]
    public async Task An_event_of_a_product_that_only_Brightpearl_has_ends_with_the_reason_and_nothing_fails()
    {
        Shops.Products[2000] = new ShopProduct("CARD") { OnHand = 6 };
        var change = await OnHandAsync(2000);
        await RestAsync();

        await ExpectIgnoredAsync(change, NotAtShopify);
        var import = await Engine.Engine.FindAsync(Assert.Single((await Engine.Engine.FindAsync(change)).Effects));
        Assert.Equal((EventStatus.Ignored, "Shopify has no product with the SKU 'CARD'."), (import.Status, import.Attempts[^1].Detail));
        var recorded = await Unlinked.FindAsync(Entities.Product(2000), Cancellation);
        Assert.Equal(("CARD", "sku-not-at-shopify"), (recorded!.Sku, recorded.Code));
        Assert.InRange(recorded.CheckedAt, Engine.Engine.Time.GetUtcNow().AddSeconds(-1), Engine.Engine.Time.GetUtcNow());
    }

    [Theory]
    [InlineData(58, 0)]
    [InlineData(61, 2)]
    public async Task Events_have_it_looked_up_again_at_most_once_a_minute(int seconds, int calls)
    {
        Shops.Products[2000] = new ShopProduct("CARD");
        await OnHandAsync(2000);
        await RestAsync();
        Shops.Calls.Clear();

        Engine.Engine.Time.Advance(TimeSpan.FromSeconds(seconds));
        var change = await OnHandAsync(2000);
        await RestAsync();

        await ExpectIgnoredAsync(change, NotAtShopify);
        Assert.Equal(calls, Shops.Calls.Count);
    }

    [Fact]
    public async Task The_next_event_after_a_minute_links_what_was_put_right_without_a_webhook()
    {
        Shops.Products[2000] = new ShopProduct("CARD") { OnHand = 6 };
        await OnHandAsync(2000);
        await RestAsync();

        Shops.Items[20] = new ShopItem("CARD") { Available = 1 };
        Engine.Engine.Time.Advance(TimeSpan.FromSeconds(61));
        var change = await OnHandAsync(2000);
        await RestAsync();

        await ExpectAsync(2000, 20);
        await ExpectRunAsync(change);
        Assert.Equal(6, Shops.Items[20].Available);
        Assert.Null(await Unlinked.FindAsync(Entities.Product(2000), Cancellation));
    }

    // No event of Brightpearl comes after the one that was ignored.
    [Theory]
    [InlineData("created 20")]
    [InlineData("item 20")]
    [InlineData("product 2000")]
    public async Task A_webhook_of_either_side_links_it_at_once_and_sets_its_stock(string webhook)
    {
        Shops.Products[2000] = new ShopProduct("CARD") { OnHand = 6 };
        await OnHandAsync(2000);
        await RestAsync();

        Shops.Items[20] = new ShopItem("CARD") { Available = 1 };
        await SendAsync(webhook);
        await RestAsync();

        await ExpectAsync(2000, 20);
        Assert.Equal(6, Shops.Items[20].Available);
        Assert.Null(await Unlinked.FindAsync(Entities.Product(2000), Cancellation));
    }

    // The event of the level only stores it, and those that would have set the stock have ended.
    [Fact]
    public async Task A_link_that_an_event_of_Shopify_brought_sets_the_stock_that_ignored_events_were_about()
    {
        Shops.Products[2000] = new ShopProduct("CARD") { OnHand = 6 };
        await OnHandAsync(2000);
        await RestAsync();

        Shops.Items[20] = new ShopItem("CARD") { Available = 1 };
        await LevelAsync(20);
        await RestAsync();

        await ExpectAsync(2000, 20);
        Assert.Equal(6, Shops.Items[20].Available);
    }

    [Fact]
    public async Task An_event_of_an_item_that_only_Shopify_has_ends_with_the_reason_until_Brightpearl_has_it_too()
    {
        Shops.Items[20] = new ShopItem("CARD") { Available = 1 };
        var level = await LevelAsync(20);
        await RestAsync();
        await ExpectIgnoredAsync(level, "sku-not-at-brightpearl: Brightpearl has no product with the SKU 'CARD'.");

        Shops.Products[2000] = new ShopProduct("CARD") { OnHand = 6 };
        await Engine.SendBrightpearlAsync(Topics.ProductCreated, "2000");
        await RestAsync();

        await ExpectAsync(2000, 20);
        Assert.Equal(6, Shops.Items[20].Available);
        Assert.Null(await Unlinked.FindAsync(Entities.InventoryItem(20), Cancellation));
    }

    // A backlog: the event runs again long after its release, when the look that released it is old.
    [Fact]
    public async Task A_released_event_ends_with_the_reason_however_late_it_runs()
    {
        Shops.Products[2000] = new ShopProduct("CARD");
        var change = await OnHandAsync(2000);
        await Engine.Engine.RunAsync(FunctionNames.StockSync);
        await Engine.Engine.RunAsync(FunctionNames.ProductImport);
        Engine.Engine.Time.Advance(SearchLag);
        await Engine.Engine.RunAsync(FunctionNames.ProductImport);
        Assert.Equal(EventStatus.Queued, (await Engine.Engine.FindAsync(change)).Status);

        Engine.Engine.Time.Advance(TimeSpan.FromHours(1));
        await Engine.Engine.RunAsync(FunctionNames.StockSync);

        await ExpectIgnoredAsync(change, NotAtShopify);
    }

    // The record was written by a host whose clock was an hour ahead.
    [Fact]
    public async Task A_look_from_the_future_holds_up_nothing()
    {
        Shops.Products[2000] = new ShopProduct("CARD") { OnHand = 6 };
        var now = Engine.Engine.Time.GetUtcNow();
        Engine.Engine.Time.Advance(TimeSpan.FromHours(1));
        await Unlinked.RecordAsync(Entities.Product(2000), "CARD", UnlinkedReasons.SkuNotAtShopify, "none", Cancellation);
        Engine.Engine.Time.AdjustTime(now);
        Shops.Items[20] = new ShopItem("CARD");

        await OnHandAsync(2000);
        await RestAsync();

        await ExpectAsync(2000, 20);
        Assert.Equal(6, Shops.Items[20].Available);
    }

    [Fact]
    public async Task A_SKU_that_is_not_unique_fails_its_import_while_its_events_end_with_the_reason()
    {
        Shops.Products[2000] = new ShopProduct("CARD") { OnHand = 6 };
        Shops.Items[20] = new ShopItem("CARD");
        Shops.Items[21] = new ShopItem("CARD");
        var change = await OnHandAsync(2000);
        await RestAsync();

        await ExpectIgnoredAsync(change, "sku-not-unique-at-shopify: Shopify has the SKU 'CARD' more than once: inventory item 20, inventory item 21.");
        var import = await Engine.Engine.FindAsync(Assert.Single((await Engine.Engine.FindAsync(change)).Effects));
        Assert.Equal((EventStatus.Failed, "import/sku-not-unique-at-shopify"), (import.Status, import.Error?.Code));

        Shops.Items.Remove(21);
        await ItemAsync(Topics.InventoryItemsDelete, 21);
        await ItemAsync(Topics.InventoryItemsUpdate, 20);
        await RestAsync();

        await ExpectAsync(2000, 20);
        Assert.Equal(6, Shops.Items[20].Available);
    }

    [Theory]
    [InlineData(true, true, "bundle")]
    [InlineData(false, false, "not-stock-tracked")]
    public async Task An_item_is_not_linked_to_a_product_whose_stock_is_not_synchronized(bool isBundle, bool isTracked, string reason)
    {
        Shops.Products[2000] = new ShopProduct("SET") { IsBundle = isBundle, IsTracked = isTracked };
        Shops.Items[20] = new ShopItem("SET") { Available = 3 };
        var level = await LevelAsync(20);
        var change = await OnHandAsync(2000);
        await RestAsync();

        Assert.Null(await Engine.ProductAsync(2000));
        Assert.Equal((reason, reason), ((await Unlinked.FindAsync(Entities.InventoryItem(20), Cancellation))?.Code, (await Unlinked.FindAsync(Entities.Product(2000), Cancellation))?.Code));
        Assert.Equal((EventStatus.Ignored, EventStatus.Ignored), ((await Engine.Engine.FindAsync(level)).Status, (await Engine.Engine.FindAsync(change)).Status));
        Assert.Equal(3, Shops.Items[20].Available);
    }
}
