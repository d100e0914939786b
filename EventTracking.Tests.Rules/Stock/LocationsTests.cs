using System.Globalization;
using EventTracking.Core.Events;
using EventTracking.Core.Records;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Reconciliation;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>Warehouses 2 and 3 feed location 5, and warehouse 4 feeds location 6.</summary>
public sealed class LocationsTests : IAsyncDisposable
{
    private const string Pairs = "5=2,3;6=4";

    private readonly StockEngine engine = Several();

    private Shops Shops => engine.Shops;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Location 5: 9 + 4 on hand and 0 + 1 allocated, 3 committed: two of the orders are not known yet, so 13 - 2 = 11. Location 6: 7 on hand,
    // 2 allocated, 2 committed: all are known, so 7.
    [Fact]
    public async Task Each_location_gets_what_its_warehouses_can_sell()
    {
        await StockAsync(engine);

        var record = await engine.SyncAsync();

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal(["level", "availability", "12 to 11", "2 to 7"], Shops.Calls);
        Assert.Single(Shops.Writes.Select(write => write.Key).Distinct());
        Assert.Equal([(5, 12, 11), (6, 2, 7)], Shops.Rows);
        Assert.Equal([(5, 13, 11, 2), (6, 7, 7, 0)], await StoredAsync(engine));
        Assert.Equal(
            [
                "reading Shopify's level",
                "location 5: 12 available, 3 committed; location 6: 2 available, 2 committed; reading Brightpearl's availability",
                "location 5: 13 on hand, 1 allocated; location 6: 7 on hand, 2 allocated",
                "location 5: setting available from 12 to 11; location 6: setting available from 2 to 7",
                "location 5: set; location 6: set",
            ],
            record.Attempts[0].Steps.Select(step => step.Name));
    }

    [Fact]
    public async Task Only_the_location_that_differs_is_written()
    {
        await StockAsync(engine);
        Shops.Available = 11;

        Assert.Equal(EventStatus.Succeeded, (await engine.SyncAsync()).Status);

        Assert.Equal([(6, 2, 7)], Shops.Rows);
    }

    // 3 of 11 and 3 of 7 are held back.
    [Fact]
    public async Task The_safety_stock_is_held_back_at_each_location()
    {
        await using var held = Several(settings: ("Stock:SafetyStock", "3"));
        await StockAsync(held);

        await held.SyncAsync();

        Assert.Equal([(5, 12, 8), (6, 2, 4)], held.Shops.Rows);
        Assert.Equal([3, 3], (await held.ProductAsync()).Locations.Select(location => location.HeldBack));
    }

    [Fact]
    public async Task An_item_that_is_not_stocked_at_one_location_gets_its_quantity_at_the_other()
    {
        await using var before = Several("2026-07");
        await StockAsync(before);
        before.Shops.Items[Shops.Item].Elsewhere = null;

        Assert.Equal(EventStatus.Succeeded, (await before.SyncAsync()).Status);

        Assert.Equal([(5, 12, 11)], before.Shops.Rows);
        Assert.Equal([(5, 13, 11, 2), (6, 7, null, null)], await StoredAsync(before));
        Assert.True((await before.ProductAsync()).IsCompared);
    }

    [Fact]
    public async Task A_quantity_is_set_where_the_item_has_no_level_if_the_version_can_adjust_any_location()
    {
        await StockAsync(engine);
        Shops.Items[Shops.Item].Elsewhere = null;

        Assert.Equal(EventStatus.Succeeded, (await engine.SyncAsync()).Status);

        Assert.Equal(["level", "availability", "12 to 11", "nothing to 7"], Shops.Calls);
        Assert.Equal((7, 0), Shops.Items[Shops.Item].Elsewhere);
    }

    [Fact]
    public async Task A_row_that_is_refused_keeps_no_other_location_from_its_quantity()
    {
        await StockAsync(engine);
        Shops.RefusesAt = 6;

        var record = await engine.SyncAsync();

        Assert.Equal("shopify/invalid_location", record.Error?.Code);
        Assert.Equal((11, (2, 2)), (Shops.Available, Shops.Items[Shops.Item].Elsewhere!.Value));
        Assert.Equal([(5, 13, 11, 2), (6, 7, 2, 5)], await StoredAsync(engine));
    }

    [Fact]
    public async Task A_row_that_is_stale_is_read_again_and_the_others_stay_set()
    {
        await StockAsync(engine);
        Shops.BeforeWrite = () =>
        {
            // Somebody returns one before the first write.
            Shops.BeforeWrite = () => Task.CompletedTask;
            Shops.Items[Shops.Item].Elsewhere = (3, 2);
            return Task.CompletedTask;
        };

        var record = await engine.SyncAsync();

        Assert.Equal((EventStatus.Succeeded, 1), (record.Status, record.AttemptCount));
        Assert.Equal([(5, 12, 11), (6, 2, 7), (5, 12, 11), (6, 3, 7)], Shops.Rows);
        Assert.Equal([(5, 13, 11, 2), (6, 7, 7, 0)], await StoredAsync(engine));
    }

    [Fact]
    public async Task Nothing_is_written_while_the_answer_lacks_a_warehouse_s_quantity()
    {
        await StockAsync(engine);
        Shops.LeavesOut = "onHand";

        var record = await engine.SyncAsync();

        Assert.Equal("brightpearl/incomplete", record.Error?.Code);
        Assert.Contains("'response.1008.warehouses.2.onHand' is missing", record.Error!.Message, StringComparison.Ordinal);
        Assert.Empty(Shops.Rows);
    }

    [Fact]
    public async Task A_batch_of_a_hundred_products_with_two_locations_still_makes_one_call_of_each_kind()
    {
        for (var number = 1; number <= 100; number++)
        {
            var sku = $"SKU-{number}";
            Shops.Items[number] = new ShopItem(sku) { Available = 7, Elsewhere = (7, 0) };
            Shops.Products[2000 + number] = new ShopProduct(sku) { Warehouses = { [2] = (1000 + number, 0), [4] = (5000 + number, 0) } };
            await engine.LinkAsync(2000 + number, sku, number);
            await engine.SendBrightpearlAsync(Topics.OnHandModified, (2000 + number).ToString(CultureInfo.InvariantCulture));
        }

        await engine.Engine.RunAsync(FunctionNames.StockSync);

        Assert.Equal((1, 1, 200), (Shops.Calls.Count(call => call == "level"), Shops.Calls.Count(call => call == "availability"), Shops.Rows.Count));
        Assert.Single(Shops.Writes.Select(write => write.Key).Distinct());
        Assert.All(Enumerable.Range(1, 100), number => Assert.Equal((1000 + number, (5000 + number, 0)), (Shops.Items[number].Available, Shops.Items[number].Elsewhere!.Value)));
    }

    // 10 - 8 = 2 and 5 - 7 = -2.
    [Fact]
    public async Task Differences_that_cancel_out_are_a_discrepancy_all_the_same()
    {
        await StockAsync(engine);
        await engine.StoreAsync(product => product with
        {
            Locations = [product.Locations[0] with { Brightpearl = At(10), Shopify = At(8) }, product.Locations[1] with { Brightpearl = At(5), Shopify = At(7) }],
        });

        var listed = Assert.Single(await engine.Catalog.ListDiscrepanciesAsync(null, 10, Cancellation));

        Assert.Equal([2, -2], listed.Locations.Select(location => location.Difference));
    }

    [Fact]
    public async Task A_record_from_before_opens_as_the_first_location_and_says_nothing_about_the_second()
    {
        var ticks = Given.Now.UtcTicks;
        await engine.Engine.Get<RecordCollection<ProductDocument>>().TryWriteAsync(Shops.Product, new ProductDocument("MUG", Shops.Item, 5, 9, ticks, 8, ticks, null), "drift", null, Cancellation);

        var product = await engine.ProductAsync();

        Assert.Equal(new LocationStock(5) { Brightpearl = At(9), Shopify = At(8) }, product.Locations[0]);
        Assert.Equal(new LocationStock(6), product.Locations[1]);
        Assert.False(product.IsCompared);
    }

    [Fact]
    public async Task The_record_of_a_product_with_one_location_is_what_it_was()
    {
        await using var single = new StockEngine();
        await single.LinkAsync();
        await single.StoreAsync(product => product.AtBrightpearl(At(9)).AtShopify(At(8)));

        var stored = await single.Engine.Get<RecordCollection<ProductDocument>>().FindAsync(Shops.Product, Cancellation);

        Assert.Equal(new ProductDocument("MUG", Shops.Item, 5, 9, Given.Now.UtcTicks, 8, Given.Now.UtcTicks, null), stored!.Value);
        Assert.Equal(
            $$"""{"sku":"MUG","item":7,"location":5,"bp_availability":9,"bp_read_at":{{Given.Now.UtcTicks}},"sh_availability":8,"sh_read_at":{{Given.Now.UtcTicks}}}""",
            System.Text.Json.JsonSerializer.Serialize(stored.Value, CatalogJson.Default.ProductDocument));
    }

    [Theory]
    [InlineData("5", EventStatus.Succeeded, null)]
    [InlineData("6", EventStatus.Succeeded, null)]
    [InlineData("8", EventStatus.Ignored, "Location 8 is not one whose stock is synchronized.")]
    public async Task A_level_of_any_location_of_the_settings_is_observed(string location, EventStatus status, string? reason)
    {
        await StockAsync(engine);

        var record = await ObserveAsync(location, Topics.InventoryLevelsUpdate);

        Assert.Equal((status, reason), (record.Status, record.Attempts[0].Detail));
        Assert.Equal(["level"], Shops.Calls);

        // The run may stand for events about other locations, and reading them all costs nothing more.
        Assert.Equal([(5, null, 12, null), (6, null, 2, null)], await StoredAsync(engine));
    }

    [Fact]
    public async Task A_level_that_was_removed_is_forgotten_at_its_location()
    {
        await StockAsync(engine);
        await engine.StoreAsync(product => product.AtBrightpearl(At(5)).AtShopify(At(5)));
        Shops.Items[Shops.Item].Elsewhere = null;

        var record = await ObserveAsync("6", Topics.InventoryLevelsDisconnect);

        Assert.Equal((EventStatus.Ignored, "Inventory item 7 is no longer stocked at location 6."), (record.Status, record.Attempts[0].Detail));
        Assert.Equal([(5, 5, 12, -7), (6, 5, null, null)], await StoredAsync(engine));
    }

    [Theory]
    [InlineData(Topics.InventoryLevelsDisconnect)]
    [InlineData(Topics.InventoryLevelsUpdate)]
    public async Task A_level_that_was_removed_stays_so_whatever_happens_at_other_locations(string topic)
    {
        await StockAsync(engine);
        await engine.StoreAsync(product => product.AtBrightpearl(At(5)).AtShopify(At(5)));
        Shops.Items[Shops.Item].Elsewhere = null;
        await ObserveAsync("6", topic);

        await ObserveAsync("5", Topics.InventoryLevelsUpdate);
        Assert.Equal([(5, 5, 12, -7), (6, 5, null, null)], await StoredAsync(engine));

        await engine.Engine.Get<Reconciler>().ReconcileAsync(new ReconciliationRequest(DryRun: false, Refresh: true, 10), Cancellation);
        await engine.Engine.RunToRestAsync();
        Assert.Equal([5L], Shops.Rows.Select(row => row.Item1).Distinct());
        Assert.Equal((6, null), (await StoredAsync(engine)).Select(location => (location.Item1, location.Item3)).Last());
    }

    [Theory]
    [InlineData("5", EventStatus.Failed)]
    [InlineData("6", EventStatus.Failed)]
    [InlineData("8", EventStatus.Ignored)]
    public async Task The_end_of_any_location_of_the_settings_fails_visibly(string location, EventStatus status)
    {
        var deactivated = await engine.SendShopifyAsync(Topics.LocationsDeactivate, $$"""{"id":{{location}},"active":false}""");
        await engine.Engine.RunToRestAsync();

        Assert.Equal(status, (await engine.Engine.FindAsync(deactivated)).Status);
    }

    [Fact]
    public async Task An_import_of_the_catalog_has_the_stock_set_at_a_location_that_is_new_in_the_settings()
    {
        await StockAsync(engine);
        Shops.Available = 11;
        var (records, ticks) = (engine.Engine.Get<RecordCollection<ProductDocument>>(), Given.Now.UtcTicks);
        await records.TryWriteAsync(Shops.Product, new ProductDocument("MUG", Shops.Item, 5, 13, ticks, 11, ticks, null), null, await records.FindAsync(Shops.Product, Cancellation), Cancellation);
        var coverage = await engine.Engine.Get<CatalogCoverage>().FindAsync(Cancellation);
        Assert.Equal((1, "5: 1, 6: 0"), (coverage.Unread, Compared(coverage)));

        await engine.Engine.Get<CatalogImports>().StartAsync(decision: null, _ => Task.FromResult(false), Cancellation);
        await engine.Engine.RunToRestAsync();

        Assert.Equal([(6, 2, 7)], Shops.Rows);
        coverage = await engine.Engine.Get<CatalogCoverage>().FindAsync(Cancellation);
        Assert.Equal((0, "5: 1, 6: 1"), (coverage.Unread, Compared(coverage)));
    }

    [Fact]
    public async Task A_refresh_reads_every_location_and_has_drift_at_any_of_them_corrected()
    {
        await StockAsync(engine);
        Shops.Available = 11;

        await engine.Engine.Get<Reconciler>().ReconcileAsync(new ReconciliationRequest(DryRun: false, Refresh: true, 10), Cancellation);
        await engine.Engine.RunToRestAsync();

        Assert.Equal([(6, 2, 7)], Shops.Rows);
        Assert.Equal([(5, 13, 11, 2), (6, 7, 7, 0)], await StoredAsync(engine));
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private static StockEngine Several(string version = "2026-10", params (string Key, string Value)[] settings) => new(version, [("Stock:Locations", Pairs), .. settings]);

    private static string Compared(Coverage coverage) => string.Join(", ", coverage.Locations.Select(location => $"{location.Key}: {location.Value.Compared}"));

    private static Reading At(int quantity) => new(quantity, Given.Now);

    private static async Task StockAsync(StockEngine engine)
    {
        await engine.LinkAsync();
        engine.Shops.Committed = 3;
        engine.Shops.Items[Shops.Item].Elsewhere = (2, 2);
        var warehouses = engine.Shops.Products[Shops.Product].Warehouses;
        (warehouses[2], warehouses[3], warehouses[4], warehouses[9]) = ((9, 0), (4, 1), (7, 2), (500, 0));
    }

    private Task<EventRecord> ObserveAsync(string location, string topic) =>
        engine.RunAsync(FunctionNames.InventoryObserved, $$"""{"inventory_item_id":7,"location_id":{{location}}}""", Topics.Shopify, topic);

    /// <summary>What the catalog has: the location, Brightpearl's quantity, Shopify's, and the difference.</summary>
    private static async Task<IEnumerable<(long, int?, int?, long?)>> StoredAsync(StockEngine engine) =>
        (await engine.ProductAsync()).Locations.Select(location => (location.LocationId, location.Brightpearl?.Quantity, location.Shopify?.Quantity, location.Difference));
}
