using System.Globalization;
using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>The calls that a batch makes to both systems. Product 2001 is item 1, 2002 item 2, and so on.</summary>
public sealed class SharedStockTests : IAsyncDisposable
{
    private readonly StockEngine engine = new();

    private Shops Shops => engine.Shops;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_of_a_hundred_products_reads_each_side_once_and_writes_once()
    {
        await StockAsync(100);
        var ids = await ChangeAsync(100);

        Assert.Equal(100, await engine.Engine.RunAsync(FunctionNames.StockSync));

        Assert.Equal((1, 1, 100), (Count("level"), Count("availability"), Shops.Writes.Count));
        Assert.Single(Shops.Writes.Select(write => write.Key).Distinct());
        Assert.Equal($"gid://event-tracking/Event/{ids.Min()}", Assert.Single(Shops.Writes.Select(write => write.Reference).Distinct()));
        Assert.All(Enumerable.Range(1, 100), number => Assert.Equal(1000 + number, Shops.Items[number].Available));
        foreach (var (id, number) in ids.Zip(Enumerable.Range(1, 100)))
        {
            var record = await engine.Engine.FindAsync(id);
            Assert.Equal((EventStatus.Succeeded, 1), (record.Status, record.AttemptCount));
            Assert.Equal(
                ["reading Shopify's level", "7 available, 0 committed; reading Brightpearl's availability", $"{1000 + number} on hand, 0 allocated", $"setting available from 7 to {1000 + number}", "set"],
                record.Attempts[0].Steps.Select(step => step.Name));
        }
    }

    [Fact]
    public async Task A_stale_row_is_read_and_written_again_and_the_others_are_not()
    {
        await StockAsync(5);
        var ids = await ChangeAsync(5);
        Shops.BeforeWrite = () =>
        {
            // Somebody sells one before the first write.
            Shops.BeforeWrite = () => Task.CompletedTask;
            Shops.Items[3].Available = 6;
            return Task.CompletedTask;
        };

        await engine.Engine.RunAsync(FunctionNames.StockSync);

        // The first write fails as a whole and is repeated without the stale row, which is then read and written alone.
        Assert.Equal((2, 2), (Count("level"), Count("availability")));
        Assert.Equal([5, 4, 1], Shops.Writes.GroupBy(write => write.Key).Select(rows => rows.Count()));
        Assert.All(Enumerable.Range(1, 5), number => Assert.Equal(1000 + number, Shops.Items[number].Available));
        var records = await Task.WhenAll(ids.Select(engine.Engine.FindAsync));
        Assert.All(records, record => Assert.Equal((EventStatus.Succeeded, 1), (record.Status, record.AttemptCount)));
        Assert.Equal([false, false, true, false, false], records.Select(record => record.Attempts[0].Steps.Any(step => step.Name == "round 1 was stale")));
    }

    // Gone at Shopify, not tracked at Brightpearl, not in the catalog, to be set, equal already, to be set.
    [Fact]
    public async Task What_is_wrong_with_one_product_concerns_its_event_alone()
    {
        await StockAsync(6);
        var ids = await ChangeAsync(6);
        Shops.Items.Remove(1);
        Shops.Products[2002].IsTracked = false;
        await engine.Catalog.TryUnlinkAsync((await engine.ProductAsync(2003))!, Cancellation);
        Shops.Items[5].Available = 1005;

        await engine.Engine.RunAsync(FunctionNames.StockSync);

        var records = await Task.WhenAll(ids.Select(engine.Engine.FindAsync));
        Assert.Equal(
            [EventStatus.Waiting, EventStatus.Failed, EventStatus.Waiting, EventStatus.Succeeded, EventStatus.Succeeded, EventStatus.Succeeded],
            records.Select(record => record.Status));
        Assert.Equal("brightpearl/not-stock-tracked", records[1].Error?.Code);
        Assert.Equal((1, 1), (Count("level"), Count("availability")));
        Assert.Equal([4, 6], Shops.Writes.Select(write => write.Item).Order());
        Assert.Single(Shops.Writes.Select(write => write.Key).Distinct());
    }

    [Fact]
    public async Task Several_changes_of_one_product_still_share_one_run()
    {
        await StockAsync(2);
        List<EventId> ids = [.. await ChangeAsync(2), .. await ChangeAsync(2)];

        await engine.Engine.RunAsync(FunctionNames.StockSync);

        Assert.Equal((1, 1, 2), (Count("level"), Count("availability"), Shops.Writes.Count));
        Assert.Equal([EventStatus.Superseded, EventStatus.Superseded, EventStatus.Succeeded, EventStatus.Succeeded], (await Task.WhenAll(ids.Select(engine.Engine.FindAsync))).Select(record => record.Status));
    }

    [Fact]
    public async Task A_hundred_levels_are_observed_with_one_call()
    {
        await StockAsync(100);
        for (var number = 1; number <= 100; number++)
        {
            await engine.SendShopifyAsync(Topics.InventoryLevelsUpdate, $$"""{"inventory_item_id":{{number}},"location_id":5}""");
        }

        Assert.Equal(100, await engine.Engine.RunAsync(FunctionNames.InventoryObserved));

        Assert.Equal(["level"], Shops.Calls);
        Assert.All(await engine.Catalog.ListAsync(null, 100, Cancellation), product => Assert.Equal(7, product.Shopify?.Quantity));
    }

    [Fact]
    public async Task Ten_products_whose_links_hold_are_checked_with_one_call()
    {
        await StockAsync(10);
        await ChangeAsync(10, Topics.ProductModified);

        Assert.Equal(10, await engine.Engine.RunAsync(FunctionNames.ProductImport));

        Assert.Equal(["product"], Shops.Calls);
    }

    // Both quantities of all are read together; only the searches by SKU are calls of each product.
    [Fact]
    public async Task Ten_new_products_are_read_together_and_searched_for_one_by_one()
    {
        await StockAsync(10, linked: false);
        await ChangeAsync(10, Topics.ProductModified);

        await engine.Engine.RunAsync(FunctionNames.ProductImport);

        Assert.Equal((1, 1, 1), (Count("product"), Count("level"), Count("availability")));
        Assert.Equal((10, 10), (Count("search at Shopify"), Count("search at Brightpearl")));
        Assert.Equal(10, (await engine.Catalog.ListAsync(null, 100, Cancellation)).Count(product => product is { Brightpearl: not null, Shopify: not null }));
    }

    [Fact]
    public async Task While_the_calls_are_used_up_events_wait_without_an_attempt_and_then_run_by_themselves()
    {
        await StockAsync(3);
        Shops.UsedUpUntil = engine.Engine.Time.GetUtcNow().AddSeconds(30);
        var first = await ChangeAsync(2);
        await engine.Engine.RunAsync(FunctionNames.StockSync);
        var postponed = await engine.Engine.FindAsync(first[0]);
        Assert.Equal((EventStatus.Queued, 0, null), (postponed.Status, postponed.AttemptsSinceReplay, postponed.Error));
        Assert.StartsWith("Postponed for ", postponed.Attempts[0].Detail, StringComparison.Ordinal);
        Assert.Contains("brightpearl", postponed.Attempts[0].Detail, StringComparison.OrdinalIgnoreCase);

        // One call has shown it, so the next batch is not even begun.
        var later = await ChangeAsync(3);
        Assert.Equal(3, await engine.Engine.RunAsync(FunctionNames.StockSync));
        Assert.Equal(0, (await engine.Engine.FindAsync(later[2])).AttemptCount);
        Assert.Equal(1, Count("throttled"));

        engine.Engine.Time.Advance(TimeSpan.FromMinutes(2));
        await engine.Engine.RunToRestAsync();
        Assert.All(Enumerable.Range(1, 3), number => Assert.Equal(1000 + number, Shops.Items[number].Available));
        Assert.All(await Task.WhenAll(first.Concat(later).Select(engine.Engine.FindAsync)), record => Assert.True(record.Status is EventStatus.Succeeded or EventStatus.Superseded));
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private int Count(string call) => Shops.Calls.Count(made => made == call);

    /// <summary>Item 1 has 7 and product 2001 has 1001 on hand, item 2 has 7 and product 2002 has 1002, and so on.</summary>
    private async Task StockAsync(int products, bool linked = true)
    {
        Shops.Items.Clear();
        Shops.Products.Clear();
        for (var number = 1; number <= products; number++)
        {
            var sku = string.Create(CultureInfo.InvariantCulture, $"SKU-{number}");
            Shops.Items[number] = new ShopItem(sku) { Available = 7 };
            Shops.Products[2000 + number] = new ShopProduct(sku) { OnHand = 1000 + number };
            if (linked)
            {
                await engine.LinkAsync(2000 + number, sku, number);
                Assert.NotNull(await engine.Catalog.TryStoreAsync((await engine.ProductAsync(2000 + number))!.AtBrightpearl(new Reading(7, default)).AtShopify(new Reading(7, default)), Cancellation));
            }
        }
    }

    private async Task<List<EventId>> ChangeAsync(int products, string topic = Topics.OnHandModified)
    {
        List<EventId> ids = [];
        for (var number = 1; number <= products; number++)
        {
            ids.Add(await engine.SendBrightpearlAsync(topic, string.Create(CultureInfo.InvariantCulture, $"{2000 + number}")));
        }

        engine.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        return ids;
    }
}
