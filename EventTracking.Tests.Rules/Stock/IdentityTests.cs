using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>
/// SKUs that change hands. Whatever is renamed, swapped, deleted or made again, no product's stock is written to another product's item,
/// and afterwards everything is linked right.
/// </summary>
public sealed class IdentityTests : LinkedShops
{
    [Fact]
    public async Task A_SKU_renamed_at_Shopify_stops_the_writes_until_an_item_has_it_again()
    {
        Shops.Items[7].Sku = "MUG-2";
        var change = await OnHandAsync(1008);
        await RestAsync();

        Assert.Null(await Engine.ProductAsync(1008));
        await ExpectIgnoredAsync(change, "sku-not-at-shopify: Shopify has no product with the SKU 'MUG'.");
        Assert.Contains("Inventory item 7 has the SKU 'MUG-2' in Shopify instead of 'MUG'.", await StepsAsync(change));
        Assert.Empty(Shops.Writes);

        Shops.Items[7].Sku = "MUG";
        await ItemAsync(Topics.InventoryItemsUpdate, 7);
        await RestAsync();

        await ExpectAsync(1008, 7);
        Assert.Equal(9, Shops.Items[7].Available);
    }

    [Fact]
    public async Task A_SKU_renamed_at_Brightpearl_stops_the_writes_until_an_item_has_it_too()
    {
        Shops.Products[1008].Sku = "MUG-2";
        var renamed = await Engine.SendBrightpearlAsync(Topics.ProductModified, "1008");
        var change = await OnHandAsync(1008);
        await Engine.Engine.RunAsync(FunctionNames.ProductImport);
        await RestAsync();

        Assert.Null(await Engine.ProductAsync(1008));
        Assert.Equal(EventStatus.Ignored, (await Engine.Engine.FindAsync(renamed)).Status);
        Assert.Contains("Product 1008 has the SKU 'MUG-2' in Brightpearl instead of 'MUG'.", await StepsAsync(renamed));
        await ExpectIgnoredAsync(change, "sku-not-at-shopify: Shopify has no product with the SKU 'MUG-2'.");
        Assert.Empty(Shops.Writes);

        Shops.Items[7].Sku = "MUG-2";
        await ItemAsync(Topics.InventoryItemsUpdate, 7);
        await RestAsync();

        await ExpectAsync(1008, 7);
        Assert.Equal(9, Shops.Items[7].Available);
    }

    [Theory]
    [InlineData("on hand 1008")]
    [InlineData("on hand 1008,1009")]
    [InlineData("level 7")]
    [InlineData("item 7")]
    [InlineData("item 7,8")]
    public async Task Two_items_that_swap_their_SKUs_swap_their_products(string webhooks)
    {
        (Shops.Items[7].Sku, Shops.Items[8].Sku) = ("CUP", "MUG");
        await ExpectSwapAsync(webhooks);
    }

    [Theory]
    [InlineData("product 1008")]
    [InlineData("product 1008,1009")]
    [InlineData("product 1009,1008")]
    public async Task Two_products_that_swap_their_SKUs_swap_their_items(string webhooks)
    {
        (Shops.Products[1008].Sku, Shops.Products[1009].Sku) = ("CUP", "MUG");
        await ExpectSwapAsync(webhooks);
    }

    [Theory]
    [InlineData("on hand 1008")]
    [InlineData("deleted 7, on hand 1008")]
    [InlineData("deleted 7, created 17")]
    [InlineData("deleted 7, connected 17, on hand 1008")]
    [InlineData("created 17")]
    [InlineData("created 17, deleted 7")]
    public async Task A_variant_that_is_deleted_and_made_again_gets_the_stock(string webhooks)
    {
        Shops.Items.Remove(7);
        Shops.Items[17] = new ShopItem("MUG");
        await SendEachAsync(webhooks);

        await ExpectAsync(1008, 17);
        Assert.Equal(9, Shops.Items[17].Available);
        Assert.Null(await Engine.Catalog.FindByInventoryItemAsync(7, Cancellation));
    }

    [Theory]
    [InlineData("on hand 1008")]
    [InlineData("item 7")]
    [InlineData("item 17")]
    [InlineData("level 7")]
    public async Task A_SKU_that_moves_to_another_item_takes_the_stock_along(string webhooks)
    {
        Shops.Items[7].Sku = "OLD";
        Shops.Items[17] = new ShopItem("MUG");
        await SendAsync(webhooks);
        await RestAsync();

        await ExpectAsync(1008, 17);
        Assert.Equal((12, 9), (Shops.Items[7].Available, Shops.Items[17].Available));
    }

    [Fact]
    public async Task A_product_deleted_at_Brightpearl_loses_its_link()
    {
        Shops.Products.Remove(1008);
        var deleted = await Engine.SendBrightpearlAsync(Topics.ProductDestroyed, "1008");
        await RestAsync();

        Assert.Null(await Engine.ProductAsync(1008));
        Assert.Equal(EventStatus.Succeeded, (await Engine.Engine.FindAsync(deleted)).Status);
        Assert.Contains("Brightpearl no longer has product 1008 ('MUG').", await StepsAsync(deleted));
        Assert.Contains("product 1008 is no longer linked", await StepsAsync(deleted));
        Assert.Empty(Shops.Writes);
    }

    [Fact]
    public async Task An_old_notice_that_a_product_was_deleted_changes_nothing()
    {
        await Engine.SendBrightpearlAsync(Topics.ProductDestroyed, "1008");
        await RestAsync();

        await ExpectAsync(1008, 7);
    }

    [Fact]
    public async Task An_item_deleted_at_Shopify_loses_its_link()
    {
        Shops.Items.Remove(7);
        var deleted = await ItemAsync(Topics.InventoryItemsDelete, 7);
        await RestAsync();

        Assert.Null(await Engine.ProductAsync(1008));
        Assert.Equal(EventStatus.Succeeded, (await Engine.Engine.FindAsync(deleted)).Status);
        Assert.Contains("Inventory item 7 of 'MUG' no longer exists in Shopify.", await StepsAsync(deleted));
    }

    [Fact]
    public async Task An_item_whose_stock_Shopify_no_longer_tracks_gets_its_stock_when_it_is_tracked_again()
    {
        Shops.Items[7].IsTracked = false;
        var change = await OnHandAsync(1008);
        await RestAsync();
        await ExpectIgnoredAsync(change, "not-tracked-at-shopify: Shopify does not track the stock of 'MUG' (inventory item 7). Turn on tracking in Shopify to have it synchronized.");
        Assert.Empty(Shops.Writes);

        Shops.Items[7].IsTracked = true;
        await ItemAsync(Topics.InventoryItemsUpdate, 7);
        await RestAsync();

        await ExpectAsync(1008, 7);
        Assert.Equal(9, Shops.Items[7].Available);
    }

    [Fact]
    public async Task A_level_of_an_item_with_another_SKU_is_not_a_reading_of_its_former_product()
    {
        Shops.Items[7].Sku = "JUG";
        var level = await LevelAsync(7);
        await RestAsync();

        Assert.Null(await Engine.ProductAsync(1008));
        await ExpectIgnoredAsync(level, "sku-not-at-brightpearl: Brightpearl has no product with the SKU 'JUG'.");
    }

    // The level was read while the item was this product's; another product has the item when the stock would be written.
    [Fact]
    public async Task A_link_that_is_taken_over_while_the_sides_are_read_stops_the_write()
    {
        Shops.AfterLevel = async () =>
        {
            Shops.AfterLevel = () => Task.CompletedTask;
            (Shops.Items[7].Sku, Shops.Items[8].Sku) = ("CUP", "MUG");
            await Engine.LinkAsync(1009, "CUP", 7);
        };
        await OnHandAsync(1008);
        await RestAsync();

        await ExpectAsync(1008, 8);
        await ExpectAsync(1009, 7);
    }

    // The readings of another run change the product's version between the check of its link and the removal.
    [Fact]
    public async Task A_product_that_changes_while_its_broken_link_is_removed_is_looked_up_again_at_once()
    {
        (Shops.Items[7].Sku, Shops.Items[8].Sku) = ("CUP", "MUG");
        Shops.AfterLevel = async () =>
        {
            Shops.AfterLevel = () => Task.CompletedTask;
            await ReadAsync(1008, 9, 12);
        };
        var changed = await ItemAsync(Topics.InventoryItemsUpdate, 7);
        await RestAsync();

        await ExpectAsync(1008, 8);
        await ExpectAsync(1009, 7);
        Assert.Equal(EventStatus.Succeeded, (await Engine.Engine.FindAsync(changed)).Status);
        Assert.Contains("the product changed during round 1", await StepsAsync(changed));
        Assert.Equal((4, 9), (Shops.Items[7].Available, Shops.Items[8].Available));
    }

    // The import was requested by a level that changed, which sets no stock. If it moves the product of the other item before that item is
    // looked up, nothing else would.
    [Fact]
    public async Task A_product_that_an_import_moves_to_another_item_has_its_stock_set()
    {
        (Shops.Items[7].Sku, Shops.Items[8].Sku) = ("CUP", "MUG");
        Assert.True(await Engine.Catalog.TryUnlinkAsync((await Engine.ProductAsync(1009))!, Cancellation));
        await Engine.RunAsync(FunctionNames.ProductImport, """{"entity":"inventory-item:8"}""", Topics.ImportSource, Topics.ImportEntity);
        await RestAsync();

        await ExpectAsync(1008, 8);
        Assert.Equal(9, Shops.Items[8].Available);
    }

    // Brightpearl's search finds product 1009 by the SKU that it had before it became CUP.
    [Theory]
    [InlineData("created 20", new long[] { 1009, 2000 })]
    [InlineData("product 2000", new long[] { 1009, 2000 })]
    [InlineData("product 2000", new long[] { 1009 })]
    public async Task A_product_that_the_search_finds_by_a_SKU_that_it_had_is_not_meant(string webhooks, long[] found)
    {
        Shops.Products[2000] = new ShopProduct("JUG") { OnHand = 6 };
        Shops.Items[20] = new ShopItem("JUG");
        Shops.Searches["JUG"] = found;
        await SendAsync(webhooks);
        await RestAsync();

        await ExpectAsync(2000, 20);
        await ExpectAsync(1009, 8);
        Assert.Equal(6, Shops.Items[20].Available);
    }

    [Fact]
    public async Task The_stock_of_a_product_is_not_put_on_the_item_that_has_its_former_SKU()
    {
        Shops.Products[2000] = new ShopProduct("JUG") { OnHand = 6 };
        Shops.Items[20] = new ShopItem("JUG");
        Shops.Searches["JUG"] = [1009];
        var created = await ItemAsync(Topics.InventoryItemsCreate, 20);
        await RestAsync();

        var record = await Engine.Engine.FindAsync(created);
        Assert.Equal((EventStatus.Ignored, "Brightpearl has no product with the SKU 'JUG'."), (record.Status, record.Attempts[0].Detail));
        await ExpectAsync(1009, 8);
        Assert.Equal(0, Shops.Items[20].Available);
    }

    // Something changes both systems at once, and neither search knows it yet.
    [Theory]
    [InlineData("product 1008,1009")]
    [InlineData("item 7,8")]
    [InlineData("on hand 1008,1009")]
    [InlineData("item 7")]
    public async Task SKUs_that_are_swapped_in_both_systems_before_their_searches_know_are_searched_once_more(string webhooks)
    {
        (Shops.Items[7].Sku, Shops.Items[8].Sku) = ("CUP", "MUG");
        (Shops.Products[1008].Sku, Shops.Products[1009].Sku) = ("CUP", "MUG");
        (Shops.Searches["MUG"], Shops.Searches["CUP"], Shops.SearchLags) = ([1008], [1009], true);
        await SendAsync(webhooks);
        await Engine.Engine.RunToRestAsync();
        Shops.Searches.Clear();
        Shops.SearchLags = false;
        Engine.Engine.Time.Advance(TimeSpan.FromMinutes(1));
        await RestAsync();

        await ExpectAsync(1008, 7);
        Assert.Equal(9, Shops.Items[7].Available);
        if (webhooks != "item 7")
        {
            await ExpectAsync(1009, 8);
            Assert.Equal(4, Shops.Items[8].Available);
        }
    }

    [Fact]
    public async Task What_is_not_found_the_second_time_is_believed()
    {
        Shops.Products[2000] = new ShopProduct("ONLY-HERE");
        var change = await OnHandAsync(2000);
        await RestAsync();
        Engine.Engine.Time.Advance(TimeSpan.FromMinutes(1));
        await RestAsync();
        Engine.Engine.Time.Advance(TimeSpan.FromHours(1));
        await RestAsync();

        var import = await Engine.Engine.FindAsync(Assert.Single((await Engine.Engine.FindAsync(change)).Effects));
        Assert.Equal((EventStatus.Ignored, 2, 1), (import.Status, import.AttemptCount, import.AttemptsSinceReplay));
        await ExpectIgnoredAsync(change, "sku-not-at-shopify: Shopify has no product with the SKU 'ONLY-HERE'.");
    }

    /// <summary>Sends the webhooks, after which each product is linked to the item that the other had.</summary>
    private async Task ExpectSwapAsync(string webhooks)
    {
        var ids = await SendAsync(webhooks);
        await RestAsync();

        await ExpectAsync(1008, 8);
        await ExpectAsync(1009, 7);
        await Task.WhenAll(ids.Select(ExpectRunAsync));
        Assert.Equal((4, 9), (Shops.Items[7].Available, Shops.Items[8].Available));
    }
}
