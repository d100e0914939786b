using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>
/// SKUs that change hands. Product 1008 is linked to item 7 by the SKU MUG, and product 1009 to item 8 by CUP. Whatever is renamed,
/// swapped, deleted or made again, no product's stock is written to another product's item, and afterwards everything is linked right.
/// </summary>
public sealed class IdentityTests : IAsyncLifetime
{
    private readonly StockEngine engine = new();

    private Shops Shops => engine.Shops;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Shops.Items[8] = new ShopItem("CUP") { Available = 1 };
        Shops.Products[1009] = new ShopProduct("CUP") { OnHand = 4 };
        await engine.LinkAsync();
        await engine.LinkAsync(1009, "CUP", 8);
        await ReadAsync(1008, 9);
        await ReadAsync(1009, 4);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task A_SKU_renamed_at_Shopify_stops_the_writes_until_an_item_has_it_again()
    {
        Shops.Items[7].Sku = "MUG-2";
        var change = await OnHandAsync(1008);
        await RestAsync();

        Assert.Null(await engine.ProductAsync(1008));
        Assert.Equal((EventStatus.Waiting, Given.Product), await StateAsync(change));
        Assert.Contains("Inventory item 7 has the SKU 'MUG-2' in Shopify instead of 'MUG'.", await StepsAsync(change));
        Assert.Empty(Shops.Writes);

        Shops.Items[7].Sku = "MUG";
        await ItemAsync(Topics.InventoryItemsUpdate, 7);
        await RestAsync();

        await ExpectAsync(1008, 7);
        await ExpectRunAsync(change);
        Assert.Equal(9, Shops.Items[7].Available);
    }

    [Fact]
    public async Task A_SKU_renamed_at_Brightpearl_stops_the_writes_until_an_item_has_it_too()
    {
        Shops.Products[1008].Sku = "MUG-2";
        var renamed = await engine.SendBrightpearlAsync(Topics.ProductModified, "1008");
        var change = await OnHandAsync(1008);
        await engine.Engine.RunAsync(FunctionNames.ProductImport);
        await RestAsync();

        Assert.Null(await engine.ProductAsync(1008));
        Assert.Equal(EventStatus.Succeeded, (await engine.Engine.FindAsync(renamed)).Status);
        Assert.Contains("Product 1008 has the SKU 'MUG-2' in Brightpearl instead of 'MUG'.", await StepsAsync(renamed));
        Assert.Equal((EventStatus.Waiting, Given.Product), await StateAsync(change));
        Assert.Empty(Shops.Writes);

        Shops.Items[7].Sku = "MUG-2";
        await ItemAsync(Topics.InventoryItemsUpdate, 7);
        await RestAsync();

        await ExpectAsync(1008, 7);
        await ExpectRunAsync(change);
        Assert.Equal(9, Shops.Items[7].Available);
    }

    [Theory]
    [InlineData("on hand 1008")]
    [InlineData("on hand 1008,1009")]
    [InlineData("level 7")]
    [InlineData("item 7")]
    [InlineData("item 7,8")]
    public async Task Two_items_that_swap_their_SKUs_swap_their_products(string told)
    {
        (Shops.Items[7].Sku, Shops.Items[8].Sku) = ("CUP", "MUG");
        var ids = await TellAsync(told);
        await RestAsync();

        await ExpectAsync(1008, 8);
        await ExpectAsync(1009, 7);
        await Task.WhenAll(ids.Select(ExpectRunAsync));
        Assert.Equal((4, 9), (Shops.Items[7].Available, Shops.Items[8].Available));
    }

    [Theory]
    [InlineData("product 1008")]
    [InlineData("product 1008,1009")]
    [InlineData("product 1009,1008")]
    public async Task Two_products_that_swap_their_SKUs_swap_their_items(string told)
    {
        (Shops.Products[1008].Sku, Shops.Products[1009].Sku) = ("CUP", "MUG");
        var ids = await TellAsync(told);
        await RestAsync();

        await ExpectAsync(1008, 8);
        await ExpectAsync(1009, 7);
        await Task.WhenAll(ids.Select(ExpectRunAsync));
        Assert.Equal((4, 9), (Shops.Items[7].Available, Shops.Items[8].Available));
    }

    [Theory]
    [InlineData("on hand 1008")]
    [InlineData("deleted 7, on hand 1008")]
    [InlineData("deleted 7, created 17")]
    [InlineData("deleted 7, connected 17, on hand 1008")]
    [InlineData("created 17")]
    [InlineData("created 17, deleted 7")]
    public async Task A_variant_that_is_deleted_and_made_again_gets_the_stock(string told)
    {
        Shops.Items.Remove(7);
        Shops.Items[17] = new ShopItem("MUG");
        foreach (var step in told.Split(", "))
        {
            await TellAsync(step);
            await RestAsync();
        }

        await ExpectAsync(1008, 17);
        Assert.Equal(9, Shops.Items[17].Available);
        Assert.Null(await engine.Catalog.FindByInventoryItemAsync(7, Cancellation));
    }

    [Theory]
    [InlineData("on hand 1008")]
    [InlineData("item 7")]
    [InlineData("item 17")]
    [InlineData("level 7")]
    public async Task A_SKU_that_moves_to_another_item_takes_the_stock_along(string told)
    {
        Shops.Items[7].Sku = "OLD";
        Shops.Items[17] = new ShopItem("MUG");
        await TellAsync(told);
        await RestAsync();

        await ExpectAsync(1008, 17);
        Assert.Equal((12, 9), (Shops.Items[7].Available, Shops.Items[17].Available));
    }

    [Fact]
    public async Task A_product_deleted_at_Brightpearl_loses_its_link()
    {
        Shops.Products.Remove(1008);
        var deleted = await engine.SendBrightpearlAsync(Topics.ProductDestroyed, "1008");
        await RestAsync();

        Assert.Null(await engine.ProductAsync(1008));
        Assert.Equal(EventStatus.Succeeded, (await engine.Engine.FindAsync(deleted)).Status);
        Assert.Contains("Brightpearl no longer has product 1008 ('MUG').", await StepsAsync(deleted));
        Assert.Contains("product 1008 is no longer linked", await StepsAsync(deleted));
        Assert.Empty(Shops.Writes);
    }

    [Fact]
    public async Task An_old_notice_that_a_product_was_deleted_changes_nothing()
    {
        await engine.SendBrightpearlAsync(Topics.ProductDestroyed, "1008");
        await RestAsync();

        await ExpectAsync(1008, 7);
    }

    [Fact]
    public async Task An_item_deleted_at_Shopify_loses_its_link()
    {
        Shops.Items.Remove(7);
        var deleted = await ItemAsync(Topics.InventoryItemsDelete, 7);
        await RestAsync();

        Assert.Null(await engine.ProductAsync(1008));
        Assert.Equal(EventStatus.Succeeded, (await engine.Engine.FindAsync(deleted)).Status);
        Assert.Contains("Inventory item 7 of 'MUG' no longer exists in Shopify.", await StepsAsync(deleted));
    }

    [Fact]
    public async Task An_item_whose_stock_Shopify_no_longer_tracks_gets_its_stock_when_it_is_tracked_again()
    {
        Shops.Items[7].IsTracked = false;
        var change = await OnHandAsync(1008);
        await RestAsync();
        Assert.Equal((EventStatus.Waiting, Given.Product), await StateAsync(change));
        Assert.Empty(Shops.Writes);

        Shops.Items[7].IsTracked = true;
        await ItemAsync(Topics.InventoryItemsUpdate, 7);
        await RestAsync();

        await ExpectAsync(1008, 7);
        await ExpectRunAsync(change);
        Assert.Equal(9, Shops.Items[7].Available);
    }

    [Fact]
    public async Task A_second_item_with_the_same_SKU_gets_no_stock_and_leaves_the_link_as_it_is()
    {
        Shops.Items[17] = new ShopItem("MUG") { Available = 3 };
        var created = await ItemAsync(Topics.InventoryItemsCreate, 17);
        var change = await OnHandAsync(1008);
        await RestAsync();

        var record = await engine.Engine.FindAsync(created);
        Assert.Equal((EventStatus.Failed, "import/sku-not-unique-at-shopify"), (record.Status, record.Error?.Code));
        Assert.Contains("inventory item 7, inventory item 17", record.Error?.Message, StringComparison.Ordinal);
        await ExpectAsync(1008, 7);
        Assert.Equal(EventStatus.Succeeded, (await engine.Engine.FindAsync(change)).Status);
        Assert.Equal((9, 3), (Shops.Items[7].Available, Shops.Items[17].Available));
    }

    [Fact]
    public async Task A_level_of_an_item_with_another_SKU_is_not_a_reading_of_its_former_product()
    {
        Shops.Items[7].Sku = "JUG";
        var level = await LevelAsync(7);
        await RestAsync();

        Assert.Null(await engine.ProductAsync(1008));
        Assert.Equal((EventStatus.Waiting, Entities.InventoryItem(7)), await StateAsync(level));
    }

    // The level was read while the item was this product's; another product has the item when the stock would be written.
    [Fact]
    public async Task A_link_that_is_taken_over_while_the_sides_are_read_stops_the_write()
    {
        Shops.AfterLevel = async () =>
        {
            Shops.AfterLevel = () => Task.CompletedTask;
            (Shops.Items[7].Sku, Shops.Items[8].Sku) = ("CUP", "MUG");
            await engine.LinkAsync(1009, "CUP", 7);
        };
        await OnHandAsync(1008);
        await RestAsync();

        await ExpectAsync(1008, 8);
        await ExpectAsync(1009, 7);
    }

    [Fact]
    public async Task A_change_of_a_product_without_another_SKU_only_has_its_stock_set()
    {
        var changed = await engine.SendBrightpearlAsync(Topics.ProductModified, "1008");
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
        var changed = await engine.SendBrightpearlAsync(topic, "2000");
        await RestAsync();

        var record = await engine.Engine.FindAsync(changed);
        Assert.Equal((EventStatus.Ignored, "Shopify has no product with the SKU 'ONLY-HERE'."), (record.Status, record.Attempts[0].Detail));
    }

    [Theory]
    [InlineData(null, true, "Inventory item 20 does not exist in Shopify, or has no SKU.")]
    [InlineData("ONLY-HERE", true, "Brightpearl has no product with the SKU 'ONLY-HERE'.")]
    [InlineData("ONLY-HERE", false, "Shopify does not track the stock of 'ONLY-HERE' (inventory item 20). Turn on tracking in Shopify, then replay the event.")]
    public async Task An_item_that_is_not_linked_is_none_of_its_webhooks_concern(string? sku, bool tracked, string reason)
    {
        Shops.Items[20] = new ShopItem(sku) { IsTracked = tracked };
        var changed = await ItemAsync(Topics.InventoryItemsUpdate, 20);
        await RestAsync();

        var record = await engine.Engine.FindAsync(changed);
        Assert.Equal((EventStatus.Ignored, reason), (record.Status, record.Attempts[0].Detail));
    }

    [Fact]
    public async Task A_new_product_is_linked_and_its_stock_is_set()
    {
        Shops.Products[2000] = new ShopProduct("JUG") { OnHand = 6 };
        Shops.Items[20] = new ShopItem("JUG");
        await engine.SendBrightpearlAsync(Topics.ProductCreated, "2000");
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
            if (await engine.ProductAsync(2000) is { } linked)
            {
                Shops.AfterLevel = () => Task.CompletedTask;
                Assert.NotNull(await engine.Catalog.TryStoreAsync(linked with { Shopify = new Reading(1, Given.Now) }, Cancellation));
            }
        };
        await LevelAsync(20);
        await RestAsync();

        var product = await engine.ProductAsync(2000);
        Assert.Equal((6, 1), (product?.Brightpearl?.Quantity, product?.Shopify?.Quantity));
    }

    [Theory]
    [InlineData("5", EventStatus.Failed, "shopify/location-deactivated")]
    [InlineData("6", EventStatus.Ignored, null)]
    public async Task Only_the_location_whose_stock_is_synchronized_matters(string location, EventStatus status, string? code)
    {
        var deactivated = await engine.SendShopifyAsync(Topics.LocationsDeactivate, $$"""{"id":{{location}},"name":"Warehouse","active":false}""");
        await RestAsync();

        var record = await engine.Engine.FindAsync(deactivated);
        Assert.Equal((status, code), (record.Status, record.Error?.Code));
    }

    [Fact]
    public async Task An_item_that_was_linked_before_its_import_failed_gets_its_stock()
    {
        Shops.Items[17] = new ShopItem("PEN") { Available = 3 };
        Shops.Products[1010] = new ShopProduct("PEN") { OnHand = 5 };
        Shops.LeavesOut = "onHand";
        var created = await ItemAsync(Topics.InventoryItemsCreate, 17);
        await engine.Engine.RunAsync(FunctionNames.ProductImport);

        Assert.Equal("brightpearl/incomplete", (await engine.Engine.FindAsync(created)).Error?.Code);
        Assert.Null((await engine.ProductAsync(1010))?.Brightpearl);

        Shops.LeavesOut = null;
        engine.Engine.Time.Advance(TimeSpan.FromMinutes(2));
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

    private async Task ReadAsync(long productId, int onHand, int? available = null) =>
        Assert.NotNull(await engine.Catalog.TryStoreAsync(
            (await engine.ProductAsync(productId))! with { Brightpearl = new Reading(onHand, Given.Now), Shopify = new Reading(available ?? onHand, Given.Now) }, Cancellation));

    private Task RestAsync() => engine.Engine.RunToRestAsync();

    private Task<EventId> OnHandAsync(long productId) => engine.SendBrightpearlAsync(Topics.OnHandModified, $"{productId}");

    private Task<EventId> ItemAsync(string topic, long item) => engine.SendShopifyAsync(topic, $$"""{"id":{{item}},"admin_graphql_api_id":"gid:\/\/shopify\/InventoryItem\/{{item}}"}""");

    private Task<EventId> LevelAsync(long item, string topic = Topics.InventoryLevelsUpdate) => engine.SendShopifyAsync(topic, $$"""{"inventory_item_id":{{item}},"location_id":5}""");

    /// <summary>Sends the webhooks that a text names, such as <c>item 7,8</c>.</summary>
    private async Task<IReadOnlyList<EventId>> TellAsync(string told)
    {
        var sent = new List<EventId>();
        foreach (var id in told[(told.LastIndexOf(' ') + 1)..].Split(',').Select(long.Parse))
        {
            sent.Add(await (told[..told.LastIndexOf(' ')] switch
            {
                "on hand" => OnHandAsync(id),
                "product" => engine.SendBrightpearlAsync(Topics.ProductModified, $"{id}"),
                "level" => LevelAsync(id),
                "connected" => LevelAsync(id, Topics.InventoryLevelsConnect),
                "item" => ItemAsync(Topics.InventoryItemsUpdate, id),
                "created" => ItemAsync(Topics.InventoryItemsCreate, id),
                "deleted" => ItemAsync(Topics.InventoryItemsDelete, id),
                _ => throw new ArgumentException(told, nameof(told)),
            }));
        }

        return sent;
    }

    /// <summary>The product is linked to the item by the SKU that both have, and every write was one product's stock to its own item.</summary>
    private async Task ExpectAsync(long productId, long item)
    {
        var product = await engine.ProductAsync(productId);
        Assert.Equal((item, Shops.Products[productId].Sku, Shops.Items[item].Sku), (product?.InventoryItemId, product?.Sku, product?.Sku));
        Assert.Equal(productId, (await engine.Catalog.FindByInventoryItemAsync(item, Cancellation))?.ProductId);
        foreach (var write in Shops.Writes)
        {
            var cause = await engine.Engine.FindAsync(EventId.Parse(write.Reference.Split('/')[^1]));
            Assert.True(Entities.TryNumber(cause.Event.Entity!.Value, out var id));
            Assert.Equal(Shops.Products[id].Sku, write.Sku);
        }
    }

    /// <summary>The event ran, or shared the run of a newer one.</summary>
    private async Task ExpectRunAsync(EventId id) => Assert.True((await engine.Engine.FindAsync(id)).Status is EventStatus.Succeeded or EventStatus.Superseded);

    private async Task<(EventStatus Status, EntityKey? WaitingOn)> StateAsync(EventId id)
    {
        var record = await engine.Engine.FindAsync(id);
        return (record.Status, record.WaitingOn);
    }

    private async Task<IEnumerable<string>> StepsAsync(EventId id) =>
        (await engine.Engine.FindAsync(id)).Attempts.SelectMany(attempt => attempt.Steps).Select(step => step.Name);
}
