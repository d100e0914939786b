using EventTracking.Core.Events;
using EventTracking.Core.Records;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>The import of the whole catalog, step by step.</summary>
public sealed class CatalogImportTests : ImportedShops
{
    [Fact]
    public async Task Products_of_both_systems_are_linked_and_their_stock_is_set_and_the_others_say_why_not()
    {
        AddCatalog();
        (Shops.ProductsPerPage, Shops.ItemsPerPage) = (3, 2);
        var import = await ImportAsync();

        Assert.Equal((CatalogImportState.Succeeded, 8, 8, 8), (import.State, import.ProductsRead, import.ItemsRead, import.ProductsMatched));
        Assert.Equal((4, 2, 0), (import.Linked, import.NewlyLinked, import.Failures));
        Assert.Equal([("bundle", 1), ("not-stock-tracked", 1), ("sku-not-at-shopify", 1), ("sku-not-unique-at-shopify", 1)], Counts(import.Products));
        Assert.Equal([("bundle", 1), ("sku-not-at-brightpearl", 1), ("sku-not-unique-at-shopify", 2)], Counts(import.Items));
        await ExpectAsync(2001, 21);
        await ExpectAsync(2002, 22);
        Assert.Equal((6, 3), (Shops.Items[21].Available, Shops.Items[22].Available));
        Assert.Equal("bundle", (await Unlinked.FindAsync(Entities.Product(2003), Cancellation))?.Code);
        Assert.Equal("bundle", (await Unlinked.FindAsync(Entities.InventoryItem(23), Cancellation))?.Code);
        Assert.Equal("sku-not-at-shopify", (await Unlinked.FindAsync(Entities.Product(2004), Cancellation))?.Code);
        Assert.Equal("sku-not-at-brightpearl", (await Unlinked.FindAsync(Entities.InventoryItem(24), Cancellation))?.Code);

        // Pages of 3 + 3 + 2 products and of 2 items, and one call to each side for the details of all that may be linked.
        Assert.Equal((3 + 1, 4 + 1), (import.BrightpearlCalls, import.ShopifyCalls));
        var coverage = await Engine.Engine.Get<CatalogCoverage>().FindAsync(Cancellation);
        Assert.Equal((4, 4, 8, false), (coverage.Linked, coverage.Compared, coverage.Unlinked, coverage.IsComplete));
        Assert.NotNull(coverage.ImportedAt);
    }

    [Fact]
    public async Task A_second_import_of_the_same_catalog_makes_no_calls_but_those_for_its_pages_and_changes_nothing()
    {
        await ImportAsync();
        var before = (await Engine.ProductAsync(1008), await Engine.ProductAsync(1009));
        Shops.Calls.Clear();

        var import = await ImportAsync();

        Assert.Equal((2, 0), (import.Linked, import.NewlyLinked));
        Assert.Equal(["products from 1", "page of items"], Shops.Calls);
        Assert.Equal(before, (await Engine.ProductAsync(1008), await Engine.ProductAsync(1009)));
    }

    [Fact]
    public async Task While_an_import_is_running_another_request_gets_that_one()
    {
        var first = await StartAsync();
        Assert.Equal(1, await Engine.Engine.RunAsync(FunctionNames.CatalogImport));

        var started = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(StartAsync)));
        await RestAsync();

        Assert.All(started, import => Assert.Equal(first.Id, import.Id));
        Assert.Equal(first.Id + 1, (await StartAsync()).Id);
    }

    [Fact]
    public async Task Of_many_requests_at_once_one_starts_an_import()
    {
        var started = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(StartAsync)));

        Assert.Single(started.Select(import => import.Id).Distinct());
        Assert.Equal(1, (await Engine.Engine.DepthAsync(FunctionNames.CatalogImport)).Items);
    }

    // An attempt that ended between its work and its progress, and operators who replay steps that are long done.
    [Fact]
    public async Task A_step_that_runs_twice_counts_once_and_changes_nothing_the_second_time()
    {
        AddCatalog();
        var import = await ImportAsync();
        var (calls, writes) = (Shops.Calls.Count, Shops.Writes.Count);
        var steps = (await Engine.Engine.Ledger.ListAsync(new EventQuery { Topic = Topics.ImportCatalog }, Cancellation)).Events;
        Assert.Equal(import.Step, steps.Count);
        foreach (var step in steps)
        {
            await Engine.Engine.Get<EventTracking.Core.Replay.Replayer>().ReplayAsync(step.Event.Id, "test", null, force: true, Cancellation);
        }

        await RestAsync();

        Assert.Equal((calls, writes), (Shops.Calls.Count, Shops.Writes.Count));
        Assert.Equal(import with { }, (await Imports.FindLastAsync(Cancellation))!.Value with { Products = import.Products, Items = import.Items });
    }

    // The process ended after a step had stored its progress and before it emitted the next.
    [Fact]
    public async Task A_step_that_comes_after_its_progress_was_stored_emits_the_next()
    {
        var started = await StartAsync();
        Assert.NotNull(await Imports.TryAdvanceAsync(started, started.Value with { Phase = CatalogImportPhase.Shopify, BrightpearlPages = 0 }, Cancellation));

        await Engine.Engine.RunAsync(FunctionNames.CatalogImport);

        Assert.Empty(Shops.Calls);
        Assert.Equal(1, (await Engine.Engine.DepthAsync(FunctionNames.CatalogImport)).Items);
    }

    // The process ended after it had linked the products of a step and before it emitted the events that set their stock.
    [Fact]
    public async Task A_link_whose_stock_was_not_set_has_it_set_by_the_next_attempt()
    {
        AddCatalog();
        await Engine.LinkAsync(2001, "PEN", 21);
        var import = await ImportAsync();

        Assert.Equal((4, 1), (import.Linked, import.NewlyLinked));
        Assert.Equal(6, Shops.Items[21].Available);
    }

    [Fact]
    public async Task A_cancelled_import_ends_after_its_step()
    {
        var started = await StartAsync();
        await Engine.Engine.RunAsync(FunctionNames.CatalogImport);
        var cancelled = await Imports.CancelAsync(started.Id, new OperatorDecision("ann", null), Cancellation);
        await RestAsync();

        Assert.Equal(CatalogImportState.Cancelled, cancelled!.Value.State);
        Assert.Equal(["products from 1"], Shops.Calls);
        Assert.Equal(CatalogImportState.Cancelled, (await Imports.FindAsync(started.Id, Cancellation))!.Value.State);
    }

    [Fact]
    public async Task An_import_keeps_who_started_and_who_cancelled_it_and_why()
    {
        var started = await Imports.StartAsync(new OperatorDecision("ann", "new catalog"), _ => Task.FromResult(false), Cancellation);
        var again = await Imports.StartAsync(new OperatorDecision("bob", "another reason"), _ => Task.FromResult(false), Cancellation);
        await Engine.Engine.RunAsync(FunctionNames.CatalogImport);
        await Imports.CancelAsync(started.Id, new OperatorDecision("bob", "wrong account"), Cancellation);
        await Imports.CancelAsync(started.Id, new OperatorDecision("ann", "too late"), Cancellation);

        var import = (await Imports.FindAsync(started.Id, Cancellation))!.Value;
        Assert.Equal(started.Id, again.Id);
        Assert.Equal(("ann", "new catalog", "bob", "wrong account"), (import.StartedBy, import.StartReason, import.CancelledBy, import.CancelReason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_side_that_returns_nothing_removes_no_link(bool isShopify)
    {
        if (isShopify)
        {
            Shops.IsEmpty = true;
        }
        else
        {
            Shops.Products.Clear();
        }

        var started = await StartAsync();
        await RestAsync();

        Assert.NotNull(await Engine.ProductAsync(1008));
        Assert.NotNull(await Engine.ProductAsync(1009));
        var step = Assert.Single((await Engine.Engine.Ledger.ListAsync(new EventQuery { Status = EventStatus.Retrying }, Cancellation)).Events);
        Assert.Equal((FunctionNames.CatalogImport, CatalogImportState.Running), (step.Event.Function, (await Imports.FindAsync(started.Id, Cancellation))!.Value.State));
        Assert.Contains("catalog-import/nothing-read", (await Engine.Engine.FindAsync(step.Event.Id)).Error!.Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_that_both_systems_say_are_broken_are_removed_and_those_whose_list_lags_behind_are_not()
    {
        Shops.Products.Remove(1009);
        Shops.Products[1010] = new ShopProduct("PEN");
        Shops.Items[10] = new ShopItem("PEN");
        await Engine.LinkAsync(1010, "PEN", 10);
        var hidden = Shops.Items[7];
        Shops.BeforePage = () =>
        {
            // Item 7 is not in the list, but it is there.
            Shops.BeforePage = () => Task.CompletedTask;
            Shops.Items.Remove(7);
            return Task.CompletedTask;
        };
        await StartAsync();
        await Engine.Engine.RunAsync(FunctionNames.CatalogImport);
        await Engine.Engine.RunAsync(FunctionNames.CatalogImport);
        Shops.Items[7] = hidden;
        await RestAsync();

        await ExpectAsync(1008, 7);
        Assert.Null(await Engine.ProductAsync(1009));
        var import = (await Imports.FindLastAsync(Cancellation))!.Value;
        Assert.Equal((2, 1), (import.Linked, import.Unlinked));
    }

    // The webhook about the change was handled before the products were matched.
    [Fact]
    public async Task A_SKU_that_an_item_has_lost_since_it_was_listed_links_nothing()
    {
        AddCatalog();
        var started = await StartAsync();
        await Engine.Engine.RunAsync(FunctionNames.CatalogImport);
        await Engine.Engine.RunAsync(FunctionNames.CatalogImport);
        Shops.Items[21].Sku = "INK";
        await Engine.Engine.RunAsync(FunctionNames.CatalogImport);

        Assert.Null(await Engine.ProductAsync(2001));
        var import = (await Imports.FindAsync(started.Id, Cancellation))!.Value;
        Assert.Equal((1, 1), (import.NewlyLinked, import.Failures));
        await RestAsync();
        Assert.Equal("sku-not-at-shopify", (await Unlinked.FindAsync(Entities.Product(2001), Cancellation))?.Code);
    }

    [Fact]
    public async Task A_product_whose_SKU_moved_to_another_item_is_linked_to_that_one()
    {
        Shops.Items[7].Sku = "OLD";
        Shops.Items[17] = new ShopItem("MUG");
        await ImportAsync();

        await ExpectAsync(1008, 17);
        Assert.Equal((12, 9), (Shops.Items[7].Available, Shops.Items[17].Available));
    }

    [Fact]
    public async Task A_SKU_that_another_item_got_too_leaves_the_link_as_it_is()
    {
        Shops.Items[17] = new ShopItem("MUG") { Available = 3 };
        var import = await ImportAsync();

        await ExpectAsync(1008, 7);
        Assert.Equal(2, import.Linked);
        Assert.Equal([("sku-not-unique-at-shopify", 1)], Counts(import.Items));
        Assert.Null(await Unlinked.FindAsync(Entities.InventoryItem(7), Cancellation));
        Assert.Equal("sku-not-unique-at-shopify", (await Unlinked.FindAsync(Entities.InventoryItem(17), Cancellation))?.Code);
    }

    [Fact]
    public async Task Imports_of_single_products_make_no_calls_meanwhile_and_their_events_run_when_their_product_is_linked()
    {
        AddCatalog();
        await StartAsync();
        var change = await OnHandAsync(2001);
        var lone = await OnHandAsync(2004);
        await Engine.Engine.RunAsync(FunctionNames.StockSync);
        await Engine.Engine.RunAsync(FunctionNames.ProductImport);
        Assert.Empty(Shops.Calls);

        await RestAsync();

        await ExpectRunAsync(change);
        await ExpectIgnoredAsync(lone, "sku-not-at-shopify: Shopify has no product with the SKU 'ONLY-BP'.");
        Assert.Equal(6, Shops.Items[21].Available);
        Assert.DoesNotContain("search at Brightpearl", Shops.Calls);
    }

    // One webhook with more new products than there are calls for.
    [Fact]
    public async Task Imports_of_single_products_that_had_to_wait_for_long_become_one_of_the_whole_catalog()
    {
        AddCatalog();
        EventId[] changes = [await OnHandAsync(2001), await OnHandAsync(2002), await OnHandAsync(2004)];
        await Engine.Engine.RunAsync(FunctionNames.StockSync);
        Engine.Engine.Time.Advance(TimeSpan.FromSeconds(31));
        await Engine.Engine.RunAsync(FunctionNames.ProductImport);

        await RestAsync();

        await ExpectRunAsync(changes[0]);
        await ExpectRunAsync(changes[1]);
        await ExpectIgnoredAsync(changes[2], "sku-not-at-shopify: Shopify has no product with the SKU 'ONLY-BP'.");
        Assert.Equal((6, 3), (Shops.Items[21].Available, Shops.Items[22].Available));
        Assert.DoesNotContain("search at Brightpearl", Shops.Calls);
        Assert.Equal((1, CatalogImportState.Succeeded), ((await Imports.FindLastAsync(Cancellation))!.Id, (await Imports.FindLastAsync(Cancellation))!.Value.State));
    }

    [Theory]
    [InlineData(CatalogImportState.Succeeded, 9, 1)]
    [InlineData(CatalogImportState.Succeeded, 11, 2)]
    [InlineData(CatalogImportState.Cancelled, 11, 2)]
    [InlineData(CatalogImportState.Failed, 11, 1)]
    public async Task Another_one_does_not_follow_at_once_nor_after_one_that_failed(string state, int minutes, int last)
    {
        AddCatalog();
        var import = await StartAsync();
        Assert.NotNull(await Imports.TryAdvanceAsync(import, import.Value with { State = state }, Cancellation));
        Engine.Engine.Time.Advance(TimeSpan.FromMinutes(minutes));
        var change = await OnHandAsync(2001);
        await Engine.Engine.RunAsync(FunctionNames.StockSync);
        Engine.Engine.Time.Advance(TimeSpan.FromSeconds(31));
        await Engine.Engine.RunAsync(FunctionNames.ProductImport);

        Assert.Equal(last, (await Imports.FindLastAsync(Cancellation))!.Id);
        await RestAsync();
        await ExpectRunAsync(change);
    }

    [Fact]
    public async Task An_import_that_makes_no_progress_any_more_holds_up_nobody()
    {
        AddCatalog();
        await StartAsync();
        Engine.Engine.Time.Advance(TimeSpan.FromMinutes(5));
        var change = await OnHandAsync(2001);
        await Engine.Engine.RunAsync(FunctionNames.StockSync);
        await Engine.Engine.RunAsync(FunctionNames.ProductImport);
        await Engine.Engine.RunAsync(FunctionNames.StockSync);

        await ExpectRunAsync(change);
    }

    [Fact]
    public async Task What_was_recorded_about_products_that_are_linked_or_gone_is_forgotten()
    {
        AddCatalog();
        foreach (var id in (long[])[2001, 2999])
        {
            await Unlinked.RecordAsync(Entities.Product(id), "PEN", UnlinkedReasons.SkuNotAtShopify, "none", Cancellation);
            await Unlinked.RecordAsync(Entities.InventoryItem(id - 1980), "PEN", UnlinkedReasons.SkuNotAtBrightpearl, "none", Cancellation);
        }

        await ImportAsync();

        Assert.Null(await Unlinked.FindAsync(Entities.Product(2001), Cancellation));
        Assert.Null(await Unlinked.FindAsync(Entities.Product(2999), Cancellation));
        Assert.Null(await Unlinked.FindAsync(Entities.InventoryItem(21), Cancellation));
        Assert.Null(await Unlinked.FindAsync(Entities.InventoryItem(1019), Cancellation));
    }

    [Fact]
    public async Task The_list_of_items_goes_on_beyond_its_limit_from_the_last_id()
    {
        Shops.ItemsPerPage = 1;
        for (var id = 100; id < 220; id++)
        {
            Shops.Items[id] = new ShopItem($"ITEM-{id}");
        }

        Shops.Products[2001] = new ShopProduct("ITEM-219") { OnHand = 6 };

        // 122 pages of one item: the first list ends after 100 pages, and the second begins after the last id.
        var import = await ImportAsync();

        Assert.Equal((122, 122, 3), (import.ItemsRead, import.ShopifyPages, import.Linked));
        await ExpectAsync(2001, 219);
        Assert.Equal(6, Shops.Items[219].Available);
    }

    private static (string Reason, int Count)[] Counts(Dictionary<string, int> reasons) => [.. reasons.OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => (reason.Key, reason.Value))];
}
