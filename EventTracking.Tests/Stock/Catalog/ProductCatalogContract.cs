using EventTracking.Stock.Catalog;
using EventTracking.Stock.Rules;
using EventTracking.Tests.Backends;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Stock.Catalog;

/// <summary>How every catalog behaves.</summary>
public abstract class ProductCatalogContract(BackendFixture backend)
{
    // Each test has its own range of ids, because listing returns linked products above a given id.
    private const long Range = 10_000_000;
    private static long lastId;

    private readonly long productId = Interlocked.Add(ref lastId, Range);
    private readonly DateTimeOffset start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private ProductCatalog Catalog => backend.Catalog;

    private long InventoryItemId => productId + 271_878_346_596_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finds_a_linked_product_by_either_id()
    {
        Assert.Null(await Catalog.FindAsync(productId, Cancellation));
        var linked = await LinkAsync();

        Assert.Equal(OneLocation.Product(productId, "SKU-1", InventoryItemId, 7), linked with { Version = "" });
        Assert.Equal(linked, await Catalog.FindAsync(productId, Cancellation));
        Assert.Equal(linked, await Catalog.FindByInventoryItemAsync(InventoryItemId, Cancellation));
        Assert.Null(await Catalog.FindByInventoryItemAsync(-productId, Cancellation));
    }

    [Fact]
    public async Task Stores_no_reading_of_a_product_it_does_not_know()
    {
        var product = OneLocation.Product(productId, "SKU-1", InventoryItemId, 7).AtShopify(new Reading(1, start)) with { Version = $"{Guid.NewGuid():N}" };

        Assert.Null(await Catalog.TryStoreAsync(product, Cancellation));
        Assert.False(await Catalog.TryUnlinkAsync(product, Cancellation));
        Assert.Null(await Catalog.FindAsync(productId, Cancellation));
    }

    [Fact]
    public async Task Stores_what_was_read_of_the_product_as_it_is()
    {
        var linked = await LinkAsync();

        var first = await Catalog.TryStoreAsync(linked.AtBrightpearl(new Reading(4, start)), Cancellation);
        var second = await Catalog.TryStoreAsync(first!.AtShopify(new Reading(3, start)), Cancellation);

        Assert.Equal(linked.AtBrightpearl(new Reading(4, start)).AtShopify(new Reading(3, start)) with { Version = second!.Version }, second);
        Assert.Equal(second, await Catalog.FindAsync(productId, Cancellation));
        Assert.Equal(3, new[] { linked, first, second }.Select(product => product!.Version).Distinct().Count());
    }

    [Fact]
    public async Task Pieces_that_are_held_back_are_no_discrepancy()
    {
        var catalog = Catalogs.Over(backend.Records, TimeProvider.System, new StockOptions { SafetyStock = 3 });
        var linked = await catalog.LinkAsync(productId, "SKU-1", InventoryItemId, Cancellation);

        var right = await catalog.TryStoreAsync(linked.AtBrightpearl(new Reading(10, start)).AtShopify(new Reading(7, start)), Cancellation);
        Assert.Equal((3, false), (right!.HeldBack, right!.HasDiscrepancy));
        Assert.Empty(await catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation));

        var wrong = await catalog.TryStoreAsync(right.AtShopify(new Reading(10, start)), Cancellation);
        Assert.True(wrong!.HasDiscrepancy);
        Assert.Equal(wrong, Assert.Single(await catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation)));

        // No more can be held back than there is.
        var low = await catalog.TryStoreAsync(wrong.AtBrightpearl(new Reading(2, start)).AtShopify(new Reading(0, start)), Cancellation);
        Assert.Equal((2, false), (low!.HeldBack, low!.HasDiscrepancy));
    }

    [Fact]
    public async Task Stores_the_quantities_of_each_location()
    {
        var catalog = Catalogs.Over(backend.Records, TimeProvider.System, locations: new StockLocations([new StockLocation(7, [2]), new StockLocation(8, [3]), new StockLocation(9, [4])]));
        var linked = await catalog.LinkAsync(productId, "SKU-1", InventoryItemId, Cancellation);
        LocationStock first = new(7) { Brightpearl = new Reading(4, start), Shopify = new Reading(4, start) };

        var stored = await catalog.TryStoreAsync(
            linked with { Locations = [first, new(8) { Brightpearl = new Reading(5, start), Shopify = new Reading(3, start) }, new(9) { Brightpearl = new Reading(-1, start) }] }, Cancellation);

        Assert.Equal(stored, await catalog.FindAsync(productId, Cancellation));
        Assert.Equal([0, 2, null], stored!.Locations.Select(location => location.Difference));
        Assert.Equal(stored, Assert.Single(await catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation)));

        // With the first location alone, the same record is a product without a discrepancy.
        Assert.Equal([first], (await Catalog.FindAsync(productId, Cancellation))!.Locations);
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
    }

    [Fact]
    public async Task Stores_nothing_that_was_read_before_something_else_was_stored()
    {
        var read = await LinkAsync();
        var newer = await Catalog.TryStoreAsync(read.AtBrightpearl(new Reading(5, start)), Cancellation);

        Assert.Null(await Catalog.TryStoreAsync(read.AtBrightpearl(new Reading(6, start.AddHours(1))), Cancellation));
        Assert.Null(await Catalog.TryStoreAsync(read.AtShopify(new Reading(6, start.AddHours(1))), Cancellation));
        Assert.False(await Catalog.TryUnlinkAsync(read, Cancellation));
        Assert.Equal(newer, await Catalog.FindAsync(productId, Cancellation));
    }

    // The quantity changes from 7 to 5 and back while a slow reader still holds its 7.
    [Fact]
    public async Task Stores_nothing_old_even_if_the_quantity_is_what_it_was_before()
    {
        var read = await LinkAsync();
        var five = await Catalog.TryStoreAsync(read.AtBrightpearl(new Reading(5, start)), Cancellation);
        await Catalog.TryStoreAsync(five!, Cancellation);

        Assert.Null(await Catalog.TryStoreAsync(five!.AtBrightpearl(new Reading(7, start)), Cancellation));
    }

    // One host's clock is ten minutes ahead of the other's, and its own is put right in between.
    [Theory]
    [InlineData(10, 0)]
    [InlineData(0, 10)]
    [InlineData(120, 0)]
    public async Task Stores_the_last_reading_whatever_the_clocks_of_the_hosts_show(int first, int second)
    {
        var (fast, slow) = (new FakeTimeProvider(start.AddMinutes(first)), new FakeTimeProvider(start.AddMinutes(second)));
        var (one, other) = (Catalogs.Over(backend.Records, fast), Catalogs.Over(backend.Records, slow));
        await LinkAsync();
        for (var round = 1; round <= 5; round++)
        {
            Assert.NotNull(await StoreAsync(one, new Reading(round, fast.GetUtcNow())));
            Assert.NotNull(await StoreAsync(other, new Reading(-round, slow.GetUtcNow())));
            Assert.Equal((-round, -round), await QuantitiesAsync());
        }

        fast.AdjustTime(start.AddMinutes(-1));
        Assert.NotNull(await StoreAsync(one, new Reading(6, fast.GetUtcNow())));
        Assert.Equal((6, 6), await QuantitiesAsync());

        async Task<ProductRecord?> StoreAsync(ProductCatalog catalog, Reading reading) =>
            await catalog.TryStoreAsync((await catalog.FindAsync(productId, Cancellation))!.AtBrightpearl(reading).AtShopify(reading), Cancellation);

        async Task<(int?, int?)> QuantitiesAsync()
        {
            var product = await Catalog.FindAsync(productId, Cancellation);
            return (product?.Brightpearl?.Quantity, product?.Shopify?.Quantity);
        }
    }

    [Fact]
    public async Task Stores_one_of_the_readings_that_race()
    {
        var read = await LinkAsync();

        var stored = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => Task.Run(() => Catalog.TryStoreAsync(read.AtShopify(new Reading(number, start)), Cancellation), Cancellation)));

        Assert.Equal(Assert.Single(stored, product => product is not null), await Catalog.FindAsync(productId, Cancellation));
    }

    [Fact]
    public async Task Forgets_a_reading()
    {
        var linked = await LinkAsync();
        var stored = await Catalog.TryStoreAsync(linked.AtBrightpearl(new Reading(4, start)).AtShopify(new Reading(3, start)), Cancellation);

        await Catalog.TryStoreAsync(stored!.AtShopify(null), Cancellation);

        Assert.Null((await Catalog.FindAsync(productId, Cancellation))?.Shopify);
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
    }

    [Fact]
    public async Task Removes_a_product_whose_link_is_broken_and_links_it_again()
    {
        var linked = await LinkAsync();
        var stored = await Catalog.TryStoreAsync(linked.AtBrightpearl(new Reading(4, start)).AtShopify(new Reading(3, start)), Cancellation);

        Assert.True(await Catalog.TryUnlinkAsync(stored!, Cancellation));

        Assert.Null(await Catalog.FindAsync(productId, Cancellation));
        Assert.Null(await Catalog.FindByInventoryItemAsync(InventoryItemId, Cancellation));
        Assert.DoesNotContain(await Catalog.ListAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
        Assert.Null(await Catalog.TryStoreAsync(stored!, Cancellation));
        Assert.Equal(OneLocation.Product(productId, "SKU-1", InventoryItemId, 7), (await LinkAsync()) with { Version = "" });
    }

    [Fact]
    public async Task Drops_the_readings_of_both_sides_when_another_inventory_item_is_linked()
    {
        var linked = await LinkAsync();
        await Catalog.TryStoreAsync(linked.AtBrightpearl(new Reading(4, start)).AtShopify(new Reading(3, start)), Cancellation);

        await Catalog.LinkAsync(productId, "SKU-2", -InventoryItemId, Cancellation);

        // With Brightpearl's reading alone, the other item would count as one whose level was removed.
        Assert.Equal(
            OneLocation.Product(productId, "SKU-2", -InventoryItemId, 7),
            await Catalog.FindAsync(productId, Cancellation) is { } found ? found with { Version = "" } : null);
        Assert.Null(await Catalog.FindByInventoryItemAsync(InventoryItemId, Cancellation));
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
    }

    [Fact]
    public async Task Knows_nothing_of_a_location_that_the_settings_name_since_the_product_was_read()
    {
        var linked = await LinkAsync();
        await Catalog.TryStoreAsync(linked.AtBrightpearl(new Reading(4, start)).AtShopify(new Reading(3, start)), Cancellation);

        var other = Catalogs.Over(backend.Records, TimeProvider.System, locations: OneLocation.Setting(8));
        var moved = await other.FindAsync(productId, Cancellation);

        Assert.Equal(OneLocation.Product(productId, "SKU-1", InventoryItemId, 8), moved! with { Version = "" });
        Assert.False(moved.IsCompared);
        Assert.DoesNotContain(await other.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
    }

    [Fact]
    public async Task Takes_an_inventory_item_from_the_product_that_had_it()
    {
        var linked = await LinkAsync();
        await Catalog.TryStoreAsync(linked.AtShopify(new Reading(3, start)), Cancellation);

        var taken = await Catalog.LinkAsync(productId + 1, "SKU-2", InventoryItemId, Cancellation);

        Assert.Null(await Catalog.FindAsync(productId, Cancellation));
        Assert.Equal(OneLocation.Product(productId + 1, "SKU-2", InventoryItemId, 7), taken with { Version = "" });
        Assert.Equal(taken, await Catalog.FindByInventoryItemAsync(InventoryItemId, Cancellation));
    }

    [Fact]
    public async Task Keeps_the_readings_when_only_the_SKU_changes()
    {
        var linked = await LinkAsync();
        var stored = await Catalog.TryStoreAsync(linked.AtBrightpearl(new Reading(4, start)).AtShopify(new Reading(3, start)), Cancellation);

        var renamed = await Catalog.LinkAsync(productId, "SKU-2", InventoryItemId, Cancellation);

        Assert.Equal(stored! with { Sku = "SKU-2", Version = renamed.Version }, renamed);
        Assert.NotEqual(stored.Version, renamed.Version);
    }

    [Fact]
    public async Task Lists_a_product_while_its_quantities_differ()
    {
        var linked = await LinkAsync();
        var four = await Catalog.TryStoreAsync(linked.AtBrightpearl(new Reading(4, start)), Cancellation);
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);

        var three = await Catalog.TryStoreAsync(four!.AtShopify(new Reading(3, start)), Cancellation);
        Assert.Equal(three, Assert.Single(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation)));

        await Catalog.TryStoreAsync(three!.AtShopify(new Reading(4, start)), Cancellation);
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
    }

    [Fact]
    public async Task Lists_products_by_id_page_by_page()
    {
        var first = Interlocked.Add(ref lastId, 1_000_000);
        foreach (var id in (long[])[first + 2, first, first + 1])
        {
            await Catalog.LinkAsync(id, "SKU", id, Cancellation);
        }

        var page = await Catalog.ListAsync(first - 1, 2, Cancellation);
        var rest = await Catalog.ListAsync(page[^1].ProductId, 1, Cancellation);

        Assert.Equal([first, first + 1, first + 2], [.. page.Select(product => product.ProductId), .. rest.Select(product => product.ProductId)]);
    }

    private Task<ProductRecord> LinkAsync() => Catalog.LinkAsync(productId, "SKU-1", InventoryItemId, Cancellation);
}
