using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>Webhooks that may link a product: what is new, what only one side has, and what an import left half done.</summary>
public sealed class NewLinkTests : LinkedShops
{
    [Fact]
    public async Task A_change_of_a_product_without_another_SKU_only_has_its_stock_set()
    {
        var changed = await Engine.SendBrightpearlAsync(Topics.ProductModified, "1008");
        await RestAsync();

        Assert.Equal(["product", "level", "availability", "12 to 9"], Shops.Calls);
        Assert.Contains("the link is as it was", await StepsAsync(changed));
    }

    [Fact]
    public async Task A_change_of_an_item_without_another_SKU_takes_one_call()
    {
        await ItemAsync(Topics.InventoryItemsUpdate, 7);
        await RestAsync();

        Assert.Equal(["level"], Shops.Calls);
    }

    [Theory]
    [InlineData(Topics.ProductCreated)]
    [InlineData(Topics.ProductModified)]
    public async Task A_product_that_Shopify_does_not_have_is_none_of_its_webhooks_concern(string topic)
    {
        Shops.Products[2000] = new ShopProduct("ONLY-HERE");
        var changed = await Engine.SendBrightpearlAsync(topic, "2000");
        await RestAsync();

        var record = await Engine.Engine.FindAsync(changed);
        Assert.Equal((EventStatus.Ignored, "Shopify has no product with the SKU 'ONLY-HERE'."), (record.Status, record.Attempts[0].Detail));
    }

    [Theory]
    [InlineData(null, true, "Inventory item 20 does not exist in Shopify, or has no SKU.")]
    [InlineData("ONLY-HERE", true, "Brightpearl has no product with the SKU 'ONLY-HERE'.")]
    [InlineData("ONLY-HERE", false, "Shopify does not track the stock of 'ONLY-HERE' (inventory item 20). Turn on tracking in Shopify to have it synchronized.")]
    public async Task An_item_that_is_not_linked_is_none_of_its_webhooks_concern(string? sku, bool tracked, string reason)
    {
        Shops.Items[20] = new ShopItem(sku) { IsTracked = tracked };
        var changed = await ItemAsync(Topics.InventoryItemsUpdate, 20);
        await RestAsync();

        var record = await Engine.Engine.FindAsync(changed);
        Assert.Equal((EventStatus.Ignored, reason), (record.Status, record.Attempts[0].Detail));
    }

    [Theory]
    [InlineData(true, true, "Product 2000 is a bundle, whose stock Brightpearl computes from its parts. Bundles are not synchronized.")]
    [InlineData(false, false, "Brightpearl does not track the stock of product 2000.")]
    public async Task An_item_is_not_linked_to_a_product_whose_stock_Brightpearl_does_not_track(bool isBundle, bool isTracked, string reason)
    {
        Shops.Products[2000] = new ShopProduct("SET") { IsBundle = isBundle, IsTracked = isTracked };
        Shops.Items[20] = new ShopItem("SET") { Available = 3 };
        var created = await ItemAsync(Topics.InventoryItemsCreate, 20);
        await LevelAsync(20);
        await RestAsync();

        var record = await Engine.Engine.FindAsync(created);
        Assert.Equal((EventStatus.Ignored, reason), (record.Status, record.Attempts[0].Detail));
        Assert.Null(await Engine.ProductAsync(2000));
        Assert.Equal(3, Shops.Items[20].Available);
    }

    [Fact]
    public async Task A_new_product_is_linked_and_its_stock_is_set()
    {
        Shops.Products[2000] = new ShopProduct("JUG") { OnHand = 6 };
        Shops.Items[20] = new ShopItem("JUG");
        await Engine.SendBrightpearlAsync(Topics.ProductCreated, "2000");
        await RestAsync();

        await ExpectAsync(2000, 20);
        Assert.Equal(6, Shops.Items[20].Available);
    }

    // A level that changes at Shopify while the product is imported is stored by an event that reads only Shopify.
    [Fact]
    public async Task Both_first_readings_of_a_new_product_are_stored_even_if_its_level_is_observed_meanwhile()
    {
        Shops.Products[2000] = new ShopProduct("JUG") { OnHand = 6 };
        Shops.Items[20] = new ShopItem("JUG") { Available = 1 };
        Shops.AfterLevel = async () =>
        {
            if (await Engine.ProductAsync(2000) is { } linked)
            {
                Shops.AfterLevel = () => Task.CompletedTask;
                Assert.NotNull(await Engine.Catalog.TryStoreAsync(linked.AtShopify(new Reading(1, Given.Now)), Cancellation));
            }
        };
        await LevelAsync(20);
        await RestAsync();

        var product = await Engine.ProductAsync(2000);
        Assert.Equal((6, 1), (product?.Brightpearl?.Quantity, product?.Shopify?.Quantity));
    }

    [Fact]
    public async Task What_waits_for_a_link_that_was_made_by_halves_runs_although_no_search_finds_the_item()
    {
        Shops.Items[17] = new ShopItem("PEN") { Available = 3 };
        Shops.Products[1010] = new ShopProduct("PEN") { OnHand = 5 };
        var waiting = await OnHandAsync(1010);
        await Engine.Engine.RunAsync(FunctionNames.StockSync);
        Assert.Equal(EventStatus.Waiting, (await StateAsync(waiting)).Status);

        // An attempt linked the product and ended, and the next one's search lags.
        await Engine.LinkAsync(1010, "PEN", 17);
        Shops.SearchLags = true;
        await RestAsync();

        await ExpectRunAsync(waiting);
        Assert.Equal(5, Shops.Items[17].Available);
    }

    [Fact]
    public async Task What_waits_for_a_link_that_was_made_by_halves_and_broke_since_ends_with_the_reason()
    {
        Shops.Items[17] = new ShopItem("PEN") { Available = 3 };
        Shops.Products[1010] = new ShopProduct("PEN") { OnHand = 5 };
        var waiting = await OnHandAsync(1010);
        await Engine.Engine.RunAsync(FunctionNames.StockSync);
        await Engine.LinkAsync(1010, "PEN", 17);
        Shops.Items[17].Sku = "INK";
        await RestAsync();

        await ExpectIgnoredAsync(waiting, "sku-not-at-shopify: Shopify has no product with the SKU 'PEN'.");
        Assert.Null(await Engine.ProductAsync(1010));
        Assert.Equal(3, Shops.Items[17].Available);
    }

    [Theory]
    [InlineData("5", EventStatus.Failed, "shopify/location-deactivated")]
    [InlineData("6", EventStatus.Ignored, null)]
    public async Task Only_the_location_whose_stock_is_synchronized_matters(string location, EventStatus status, string? code)
    {
        var deactivated = await Engine.SendShopifyAsync(Topics.LocationsDeactivate, $$"""{"id":{{location}},"name":"Warehouse","active":false}""");
        await RestAsync();

        var record = await Engine.Engine.FindAsync(deactivated);
        Assert.Equal((status, code), (record.Status, record.Error?.Code));
    }

    [Fact]
    public async Task An_item_that_was_linked_before_its_import_failed_gets_its_stock()
    {
        Shops.Items[17] = new ShopItem("PEN") { Available = 3 };
        Shops.Products[1010] = new ShopProduct("PEN") { OnHand = 5 };
        Shops.LeavesOut = "onHand";
        var created = await ItemAsync(Topics.InventoryItemsCreate, 17);
        await Engine.Engine.RunAsync(FunctionNames.ProductImport);

        Assert.Equal("brightpearl/incomplete", (await Engine.Engine.FindAsync(created)).Error?.Code);
        Assert.Null((await Engine.ProductAsync(1010))?.Brightpearl);

        Shops.LeavesOut = null;
        Engine.Engine.Time.Advance(TimeSpan.FromMinutes(2));
        await RestAsync();

        await ExpectAsync(1010, 17);
        await ExpectRunAsync(created);
        Assert.Equal(5, Shops.Items[17].Available);
    }

    [Fact]
    public async Task A_link_whose_quantities_differ_has_its_stock_set_when_its_webhook_runs_again()
    {
        await ReadAsync(1009, 4, 1);
        await ItemAsync(Topics.InventoryItemsUpdate, 8);
        await RestAsync();

        Assert.Equal(4, Shops.Items[8].Available);
    }

    // The process ended after the link was made, before the first readings and the event that sets the stock.
    [Fact]
    public async Task A_link_without_readings_is_made_once_more_and_the_stock_is_set()
    {
        Shops.Products[2000] = new ShopProduct("JUG") { OnHand = 6 };
        Shops.Items[20] = new ShopItem("JUG");
        await Engine.LinkAsync(2000, "JUG", 20);
        await ItemAsync(Topics.InventoryItemsUpdate, 20);
        await RestAsync();

        Assert.Equal(6, Shops.Items[20].Available);
    }
}
