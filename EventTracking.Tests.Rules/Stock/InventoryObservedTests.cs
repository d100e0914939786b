using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Waiting;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>What is noted when Shopify says that a level changed.</summary>
public sealed class InventoryObservedTests : IAsyncDisposable
{
    private readonly StockEngine engine = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_item_that_the_catalog_does_not_know_is_waited_for()
    {
        var record = await ObserveAsync();

        Assert.Equal((EventStatus.Waiting, EntityKey.Parse("inventory-item:7")), (record.Status, record.WaitingOn));
    }

    [Fact]
    public async Task The_level_is_read_now_and_stored_as_of_when_the_reading_began()
    {
        await engine.LinkAsync();

        var record = await ObserveAsync();

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal(["reading Shopify's level", "12 available"], record.Attempts[0].Steps.Select(step => step.Name));
        Assert.Equal(new Reading(12, Given.Now), (await engine.ProductAsync()).Shopify);
        Assert.Equal(["level"], engine.Shops.Calls);
    }

    [Theory]
    [InlineData(9, "differs from Brightpearl, which has 9")]
    [InlineData(12, "12 available")]
    public async Task A_difference_is_a_step(int onHand, string step)
    {
        await engine.LinkAsync();
        await engine.StoreAsync(product => product.AtBrightpearl(new Reading(onHand, Given.Now)));

        Assert.Equal(step, (await ObserveAsync()).Attempts[0].Steps[^1].Name);
    }

    [Theory]
    [InlineData(-120)]
    [InlineData(120)]
    public async Task What_was_stored_before_is_replaced_whatever_clock_it_is_from(int minutes)
    {
        await engine.LinkAsync();
        await engine.StoreAsync(product => product.AtShopify(new Reading(3, Given.Now.AddMinutes(minutes))));

        Assert.Equal(EventStatus.Succeeded, (await ObserveAsync()).Status);
        Assert.Equal(12, (await engine.ProductAsync()).Shopify?.Quantity);
    }

    [Fact]
    public async Task A_product_that_changes_while_the_level_is_read_has_it_read_again()
    {
        await engine.LinkAsync();
        engine.Shops.AfterLevel = async () =>
        {
            engine.Shops.AfterLevel = () => Task.CompletedTask;
            engine.Shops.Available = 11;
            await engine.StoreAsync(product => product.AtShopify(new Reading(11, Given.Now.AddHours(-1))));
        };

        var record = await ObserveAsync();

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal(["level", "level"], engine.Shops.Calls);
        Assert.Equal(11, (await engine.ProductAsync()).Shopify?.Quantity);
    }

    [Fact]
    public async Task A_product_that_always_changes_is_tried_again_later()
    {
        await engine.LinkAsync();
        engine.Shops.AfterLevel = () => engine.StoreAsync(product => product.AtShopify(new Reading(1, Given.Now)));

        var record = await ObserveAsync();

        Assert.Equal((EventStatus.Retrying, "stock/contended"), (record.Status, record.Error?.Code));
        Assert.Equal(5, engine.Shops.Calls.Count);
    }

    [Fact]
    public async Task The_reading_of_an_item_that_is_not_stocked_any_more_is_forgotten()
    {
        await engine.LinkAsync();
        await engine.StoreAsync(product => product.AtShopify(new Reading(3, Given.Now)));
        engine.Shops.IsStocked = false;

        var record = await ObserveAsync(topic: Topics.InventoryLevelsDisconnect);

        Assert.Equal((EventStatus.Ignored, "Inventory item 7 is no longer stocked at location 5."), (record.Status, record.Attempts[0].Detail));
        Assert.Null((await engine.ProductAsync()).Shopify);
    }

    [Fact]
    public async Task A_level_that_was_removed_stays_so_when_the_link_is_looked_up_again()
    {
        await engine.LinkAsync();
        await engine.StoreAsync(product => product.AtBrightpearl(new Reading(9, Given.Now)).AtShopify(new Reading(3, Given.Now)));
        engine.Shops.IsStocked = false;
        await ObserveAsync(topic: Topics.InventoryLevelsDisconnect);

        await engine.SendShopifyAsync(Topics.InventoryItemsUpdate, """{"id":7}""");
        await engine.Engine.RunToRestAsync();

        Assert.Null((await engine.ProductAsync()).Shopify);
        Assert.Empty(engine.Shops.Writes);
    }

    [Fact]
    public async Task An_item_that_is_not_stocked_any_more_is_ignored()
    {
        await using var before = new StockEngine("2026-07");
        await before.LinkAsync();
        before.Shops.IsStocked = false;

        var record = await ObserveAsync(before);

        Assert.Equal((EventStatus.Ignored, "Inventory item 7 is no longer stocked at location 5."), (record.Status, record.Attempts[0].Detail));
    }

    [Fact]
    public async Task An_item_without_a_level_has_nothing_where_the_version_can_adjust_any_location()
    {
        await engine.LinkAsync();
        engine.Shops.IsStocked = false;

        Assert.Equal(EventStatus.Succeeded, (await ObserveAsync()).Status);
        Assert.Equal(new Reading(0, Given.Now), (await engine.ProductAsync()).Shopify);
    }

    [Fact]
    public async Task An_item_that_is_not_stocked_any_more_and_has_no_product_is_not_waited_for()
    {
        var record = await ObserveAsync(topic: Topics.InventoryLevelsDisconnect);

        Assert.Equal((EventStatus.Ignored, "No product is linked to inventory item 7."), (record.Status, record.Attempts[0].Detail));
        Assert.Empty(engine.Shops.Calls);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-7")]
    public async Task What_is_not_an_item_fails_for_good(string id)
    {
        var record = await ObserveAsync(id);

        Assert.Equal((EventStatus.Failed, "payload/no-entity"), (record.Status, record.Error?.Code));
    }

    [Theory]
    [InlineData("product:1008", true)]
    [InlineData("product:7", false)]
    [InlineData("product:x", false)]
    [InlineData("inventory-item:7", true)]
    [InlineData("inventory-item:1008", false)]
    [InlineData("inventory-item:x", false)]
    [InlineData("order:1008", false)]
    public async Task What_is_in_the_catalog_need_not_be_waited_for(string entity, bool exists)
    {
        await engine.LinkAsync();

        Assert.Equal(exists, await engine.Engine.Get<DependencyKinds>().ExistsAsync(EntityKey.Parse(entity), Cancellation));
    }

    [Fact]
    public void An_import_names_its_entity()
    {
        var import = engine.Engine.Get<DependencyKinds>().Find("product")!.ComposeImport(Given.Product);

        Assert.Equal(("import", "acme", "import.entity", "product:1008"), (import.Source, import.Account, import.Topic, import.DeliveryId));
        Assert.Equal("""{"entity":"product:1008"}""", System.Text.Encoding.UTF8.GetString(import.Body.Span));
        Assert.Equal("application/json", import.Headers["content-type"]);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private Task<EventRecord> ObserveAsync(string id = "7", string topic = Topics.InventoryLevelsUpdate) => ObserveAsync(engine, id, topic);

    private static Task<EventRecord> ObserveAsync(StockEngine engine, string id = "7", string topic = Topics.InventoryLevelsUpdate) =>
        engine.RunAsync(FunctionNames.InventoryObserved, $$"""{"inventory_item_id":{{id}}}""", Topics.Shopify, topic);
}
