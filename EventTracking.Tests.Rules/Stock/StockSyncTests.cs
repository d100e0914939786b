using System.Diagnostics.Metrics;
using System.Net;
using EventTracking.Core.Events;
using EventTracking.Core.Observability;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>What a change of stock writes to Shopify, and when both sides are read again.</summary>
public sealed class StockSyncTests : IAsyncDisposable
{
    private readonly StockEngine engine = new();

    [Fact]
    public async Task A_product_that_the_catalog_does_not_know_is_waited_for()
    {
        var record = await engine.SyncAsync();

        Assert.Equal((EventStatus.Waiting, Given.Product), (record.Status, record.WaitingOn));
        Assert.Empty(engine.Shops.Calls);
    }

    [Fact]
    public async Task Shopify_gets_what_can_be_sold_and_both_readings_are_stored_as_of_when_they_began()
    {
        await engine.LinkAsync();
        engine.Shops.Committed = 2;

        var record = await engine.SyncAsync();

        // On hand 9, less the two sold that Brightpearl does not know of. The calls take ten milliseconds each.
        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal(["level", "availability", "12 to 7"], engine.Shops.Calls);
        Assert.Equal(7, engine.Shops.Available);
        var product = await engine.ProductAsync();
        Assert.Equal(new Reading(9, Given.Now + Shops.CallTime), product.Brightpearl);
        Assert.Equal(new Reading(7, Given.Now + (2 * Shops.CallTime)), product.Shopify);
        Assert.Equal(
            [
                "reading Shopify's level",
                "12 available, 2 committed; reading Brightpearl's availability",
                "9 on hand, 0 allocated",
                "setting available from 12 to 7",
                "set",
            ],
            record.Attempts[0].Steps.Select(step => step.Name));
        Assert.Equal([("shopify", "200"), ("brightpearl", "200"), ("shopify", "200")], record.Attempts[0].Calls.Select(call => (call.System, call.Result)));
    }

    [Fact]
    public async Task What_Brightpearl_has_is_stored_although_Shopify_refuses_so_that_the_difference_shows()
    {
        await engine.LinkAsync();
        Assert.NotNull(await engine.Catalog.TryStoreAsync((await engine.ProductAsync())!.AtBrightpearl(new Reading(12, Given.Now)).AtShopify(new Reading(12, Given.Now)), TestContext.Current.CancellationToken));
        engine.Shops.Refuses = HttpStatusCode.UnprocessableEntity;

        var record = await engine.SyncAsync();

        Assert.Equal((EventStatus.Failed, "shopify/http-422"), (record.Status, record.Error?.Code));
        var product = await engine.ProductAsync();
        Assert.Equal((9, 12, true), (product.Brightpearl?.Quantity, product.Shopify?.Quantity, product.HasDiscrepancy));
    }

    // Computed apart from the product, for round 1 and 12 to 9, and round 2 and 11 to 9.
    [Fact]
    public async Task A_stale_comparison_is_repeated_with_what_is_there_now_and_another_key()
    {
        await engine.LinkAsync();
        engine.Shops.BeforeWrite = () =>
        {
            engine.Shops.Available = 11;
            return Task.CompletedTask;
        };

        var record = await engine.SyncAsync();

        Assert.Equal(["level", "availability", "12 to 9", "level", "availability", "11 to 9"], engine.Shops.Calls);
        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Contains("round 1 was stale", record.Attempts[0].Steps.Select(step => step.Name));
        Assert.Equal(["432ddc67-da19-82af-9301-dfe56a7f99be", "d870d449-b874-8ece-b2f0-296fb487feac"], engine.Shops.Writes.Select(write => write.Key));
        Assert.All(engine.Shops.Writes, write => Assert.Equal($"gid://event-tracking/Event/{record.Id}", write.Reference));
    }

    [Fact]
    public async Task Equal_quantities_write_nothing()
    {
        await engine.LinkAsync();
        engine.Shops.Available = 9;

        var record = await engine.SyncAsync();

        Assert.Equal((EventStatus.Succeeded, "already 9"), (record.Status, record.Attempts[0].Steps[^1].Name));
        Assert.Equal(["level", "availability"], engine.Shops.Calls);
        Assert.Equal(new Reading(9, Given.Now), (await engine.ProductAsync()).Shopify);
    }

    // Another sync reads 4 after this one read 9, finds that Shopify has 4 already, and writes nothing; then this one writes its 9.
    [Fact]
    public async Task A_newer_reading_that_appears_before_the_write_ends_repeats_the_round()
    {
        await engine.LinkAsync();
        engine.Shops.BeforeWrite = async () =>
        {
            engine.Shops.BeforeWrite = () => Task.CompletedTask;
            engine.Shops.OnHand = 4;
            await engine.StoreAsync(product => product.AtBrightpearl(new Reading(4, engine.Engine.Time.GetUtcNow())));
        };

        var record = await engine.SyncAsync();

        Assert.Equal(["level", "availability", "12 to 9", "level", "availability", "9 to 4"], engine.Shops.Calls);
        Assert.Equal((EventStatus.Succeeded, 4), (record.Status, engine.Shops.Available));
    }

    // The other reading may be from any clock: what counts is that it was stored after this run had looked at the product.
    [Theory]
    [InlineData(-120)]
    [InlineData(0)]
    [InlineData(120)]
    public async Task Whatever_is_stored_while_the_sides_are_read_repeats_the_round_without_a_write(int minutes)
    {
        await engine.LinkAsync();
        engine.Shops.AfterLevel = async () =>
        {
            engine.Shops.AfterLevel = () => Task.CompletedTask;
            await engine.StoreAsync(product => product.AtBrightpearl(new Reading(5, Given.Now.AddMinutes(minutes))));
        };

        var record = await engine.SyncAsync();

        Assert.Equal(["level", "availability", "level", "availability", "12 to 9"], engine.Shops.Calls);
        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal((9, 9), ((await engine.ProductAsync()).Brightpearl!.Value.Quantity, (await engine.ProductAsync()).Shopify!.Value.Quantity));
    }

    [Theory]
    [InlineData(-120)]
    [InlineData(0)]
    [InlineData(120)]
    public async Task What_was_stored_before_is_replaced_whatever_clock_it_is_from(int minutes)
    {
        await engine.LinkAsync();
        await engine.StoreAsync(product => product.AtBrightpearl(new Reading(5, Given.Now.AddMinutes(minutes))).AtShopify(new Reading(6, Given.Now.AddMinutes(minutes))));

        await engine.SyncAsync();

        Assert.Equal(["level", "availability", "12 to 9"], engine.Shops.Calls);
        Assert.Equal((9, 9), ((await engine.ProductAsync()).Brightpearl!.Value.Quantity, (await engine.ProductAsync()).Shopify!.Value.Quantity));
    }

    [Fact]
    public async Task A_clock_that_was_two_hours_ahead_and_is_put_right_leaves_nothing_behind()
    {
        await engine.LinkAsync();
        engine.Engine.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(EventStatus.Succeeded, (await engine.SyncAsync()).Status);
        engine.Engine.Time.AdjustTime(engine.Engine.Time.GetUtcNow() - TimeSpan.FromHours(2));
        engine.Shops.OnHand = 3;
        engine.Shops.Calls.Clear();

        var id = await engine.SendBrightpearlAsync(Topics.OnHandModified, "1008");
        await engine.Engine.RunAsync(FunctionNames.StockSync);

        Assert.Equal(EventStatus.Succeeded, (await engine.Engine.FindAsync(id)).Status);
        Assert.Equal(["level", "availability", "9 to 3"], engine.Shops.Calls);
        Assert.Equal((3, 3), ((await engine.ProductAsync()).Brightpearl!.Value.Quantity, (await engine.ProductAsync()).Shopify!.Value.Quantity));
    }

    [Fact]
    public async Task Five_stale_rounds_are_enough_for_one_attempt()
    {
        await engine.LinkAsync();
        engine.Shops.BeforeWrite = () =>
        {
            engine.Shops.Available++;
            return Task.CompletedTask;
        };

        var record = await engine.SyncAsync();

        Assert.Equal((EventStatus.Retrying, "stock/contended", true), (record.Status, record.Error?.Code, record.Error?.Transient));
        Assert.Equal(5, engine.Shops.Writes.Select(write => write.Key).Distinct().Count());
        Assert.Contains("1008", record.Error?.Message, StringComparison.Ordinal);
    }

    // Three are sold that Brightpearl does not know of, and it has none: available is right already, and 0 would add three that do not exist.
    [Fact]
    public async Task Oversold_stock_is_not_raised_to_zero()
    {
        await engine.LinkAsync();
        (engine.Shops.Available, engine.Shops.Committed, engine.Shops.OnHand) = (-3, 3, 0);

        var record = await engine.SyncAsync();

        Assert.Equal((EventStatus.Succeeded, "already -3"), (record.Status, record.Attempts[0].Steps[^1].Name));
        Assert.Equal(["level", "availability"], engine.Shops.Calls);
        Assert.Equal(-3, (await engine.ProductAsync()).Shopify?.Quantity);
    }

    [Fact]
    public async Task A_negative_quantity_is_set()
    {
        await engine.LinkAsync();
        (engine.Shops.Available, engine.Shops.Committed, engine.Shops.OnHand) = (2, 5, 1);

        await engine.SyncAsync();

        Assert.Equal(["level", "availability", "2 to -4"], engine.Shops.Calls);
    }

    [Fact]
    public async Task An_item_that_is_a_bundle_at_Shopify_is_left_alone()
    {
        await engine.LinkAsync();
        engine.Shops.Items[Shops.Item].IsBundle = true;

        var record = await engine.SyncAsync();

        Assert.Equal((EventStatus.Ignored, "Inventory item 7 (MUG) is a bundle in Shopify, which computes its stock from its parts."), (record.Status, record.Attempts[0].Detail));
    }

    // Nine are on hand, and orders hold two that Brightpearl does not know of.
    [Theory]
    [InlineData("Stock:SafetyStock", "3", "4")]
    [InlineData("Stock:SafetyStock", "8", "0")]
    public async Task Safety_stock_is_held_back_from_what_can_be_sold(string key, string value, string set)
    {
        await using var held = new StockEngine("2026-10", (key, value));
        await held.LinkAsync();
        (held.Shops.Available, held.Shops.Committed, held.Shops.OnHand) = (1, 2, 9);

        await held.SyncAsync();

        Assert.Equal(["level", "availability", $"1 to {set}"], held.Shops.Calls);
    }

    [Fact]
    public async Task A_product_that_the_settings_exclude_loses_its_link_and_says_so()
    {
        await using var excluding = new StockEngine("2026-10", ("Stock:Exclusions:0:Sku", "MU?"));
        await excluding.LinkAsync();

        var record = await excluding.SyncAsync();

        Assert.Equal((EventStatus.Ignored, "Product 1008 ('MUG') is excluded by the setting Stock:Exclusions."), (record.Status, record.Attempts[0].Detail));
        Assert.Null(await excluding.ProductAsync(1008));
        Assert.Empty(excluding.Shops.Calls);
        Assert.Equal("excluded", (await excluding.Engine.Get<UnlinkedCatalog>().FindAsync(Entities.Product(1008), TestContext.Current.CancellationToken))?.Code);
    }

    [Fact]
    public async Task An_item_without_a_level_gets_its_quantity_where_the_version_can_adjust_any_location()
    {
        await engine.LinkAsync();
        engine.Shops.IsStocked = false;

        var record = await engine.SyncAsync();

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal(["level", "availability", "nothing to 9"], engine.Shops.Calls);
        Assert.Equal(9, (await engine.ProductAsync()).Shopify?.Quantity);
    }

    [Theory]
    [InlineData("2026-01", false, "level")]
    [InlineData("2026-07", false, "level")]
    [InlineData("2026-07", true, "level, availability, refused")]
    public async Task An_item_that_is_not_stocked_at_the_location_is_left_alone_before_that(string version, bool isStockedAtFirst, string calls)
    {
        await using var before = new StockEngine(version);
        await before.LinkAsync();
        before.Shops.IsStocked = isStockedAtFirst;
        before.Shops.AfterLevel = () =>
        {
            before.Shops.IsStocked = false;
            return Task.CompletedTask;
        };

        var record = await before.SyncAsync();

        Assert.Equal((EventStatus.Ignored, "Inventory item 7 (MUG) is not stocked at location 5."), (record.Status, record.Attempts[0].Detail));
        Assert.Equal(calls.Split(", "), before.Shops.Calls);
    }

    [Fact]
    public async Task A_quantity_that_is_left_out_writes_nothing_and_is_tried_again()
    {
        await engine.LinkAsync();
        engine.Shops.LeavesOut = "onHand";

        var record = await engine.SyncAsync();

        Assert.Equal((EventStatus.Retrying, "brightpearl/incomplete"), (record.Status, record.Error?.Code));
        Assert.Equal("Brightpearl's answer about product 1008 cannot be used: 'response.1008.total.onHand' is missing.", record.Error?.Message);
        Assert.Equal(["level", "availability"], engine.Shops.Calls);
        Assert.Equal(12, engine.Shops.Available);
        Assert.Null((await engine.ProductAsync()).Brightpearl);
    }

    [Fact]
    public async Task A_product_whose_stock_brightpearl_does_not_track_fails_for_good()
    {
        await engine.LinkAsync();
        engine.Shops.IsTracked = false;

        var record = await engine.SyncAsync();

        Assert.Equal((EventStatus.Failed, "brightpearl/not-stock-tracked"), (record.Status, record.Error?.Code));
        Assert.Contains("1008 (MUG)", record.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_that_names_several_products_fails_for_good()
    {
        var record = await engine.RunAsync(FunctionNames.StockSync, """{"resourceType":"product","id":"1-3"}""");

        Assert.Equal((EventStatus.Failed, "payload/no-entity"), (record.Status, record.Error?.Code));
    }

    [Theory]
    [InlineData(Topics.ReconciliationSource, 12, 1)]
    [InlineData(Topics.ReconciliationSource, 9, 0)]
    [InlineData(Topics.Brightpearl, 12, 0)]
    public async Task Drift_is_counted_when_reconciliation_corrects_it(string source, int available, int counted)
    {
        var corrected = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "drift.corrected" && instrument.Meter.Scope == engine.Engine.Get<IMeterFactory>())
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => corrected += value);
        listener.Start();
        await engine.LinkAsync();
        engine.Shops.Available = available;

        await engine.SyncAsync(source);

        Assert.Equal(counted, corrected);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}
