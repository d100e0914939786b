using EventTracking.Stock.Catalog;
using EventTracking.Tests.Backends;

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
        await LinkAsync();

        var expected = new ProductRecord(productId, "SKU-1", InventoryItemId, 7);
        Assert.Equal(expected, await Catalog.FindAsync(productId, Cancellation));
        Assert.Equal(expected, await Catalog.FindByInventoryItemAsync(InventoryItemId, Cancellation));
        Assert.Null(await Catalog.FindByInventoryItemAsync(-productId, Cancellation));
    }

    [Fact]
    public async Task Stores_no_reading_of_a_product_it_does_not_know()
    {
        Assert.Null(await Catalog.StoreBrightpearlAsync(productId, new Reading(1, start), Cancellation));
        Assert.Null(await Catalog.StoreShopifyAsync(productId, new Reading(1, start), Cancellation));
        Assert.Null(await Catalog.FindAsync(productId, Cancellation));
    }

    [Fact]
    public async Task Keeps_the_later_reading()
    {
        await LinkAsync();
        var later = new Reading(5, start.AddTicks(1));
        await Catalog.StoreBrightpearlAsync(productId, new Reading(4, start), Cancellation);

        Assert.Equal(later, (await Catalog.StoreBrightpearlAsync(productId, later, Cancellation))?.Brightpearl);
        Assert.Equal(later, (await Catalog.StoreBrightpearlAsync(productId, new Reading(6, start), Cancellation))?.Brightpearl);
        Assert.Equal(later, (await Catalog.StoreBrightpearlAsync(productId, later with { Quantity = 7 }, Cancellation))?.Brightpearl);
        Assert.Null((await Catalog.FindAsync(productId, Cancellation))?.Shopify);
    }

    [Fact]
    public async Task Keeps_the_latest_of_readings_that_race()
    {
        await LinkAsync();

        await Task.WhenAll(Enumerable.Range(0, 30).Select(number => Task.Run(() => Catalog.StoreShopifyAsync(productId, new Reading(number, start.AddSeconds(number)), Cancellation), Cancellation)));

        Assert.Equal(new Reading(29, start.AddSeconds(29)), (await Catalog.FindAsync(productId, Cancellation))?.Shopify);
    }

    [Fact]
    public async Task Drops_the_readings_of_an_inventory_item_that_is_no_longer_linked()
    {
        await LinkAsync();
        await Catalog.StoreBrightpearlAsync(productId, new Reading(4, start), Cancellation);
        await Catalog.StoreShopifyAsync(productId, new Reading(3, start), Cancellation);

        await Catalog.LinkAsync(productId, "SKU-2", -InventoryItemId, 7, Cancellation);

        Assert.Equal(
            new ProductRecord(productId, "SKU-2", -InventoryItemId, 7) { Brightpearl = new Reading(4, start) },
            await Catalog.FindAsync(productId, Cancellation));
        Assert.Null(await Catalog.FindByInventoryItemAsync(InventoryItemId, Cancellation));
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
    }

    [Fact]
    public async Task Drops_the_reading_of_a_location_that_is_no_longer_linked()
    {
        await LinkAsync();
        await Catalog.StoreBrightpearlAsync(productId, new Reading(4, start), Cancellation);
        await Catalog.StoreShopifyAsync(productId, new Reading(3, start), Cancellation);

        await Catalog.LinkAsync(productId, "SKU-1", InventoryItemId, 8, Cancellation);

        Assert.Equal(
            new ProductRecord(productId, "SKU-1", InventoryItemId, 8) { Brightpearl = new Reading(4, start) },
            await Catalog.FindAsync(productId, Cancellation));
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
        // A reading that is older than the dropped one is the first of the new level.
        var first = new Reading(9, start.AddSeconds(-1));
        Assert.Equal(first, (await Catalog.StoreShopifyAsync(productId, first, Cancellation))?.Shopify);
    }

    [Fact]
    public async Task Takes_an_inventory_item_from_the_product_that_had_it()
    {
        await LinkAsync();
        await Catalog.StoreShopifyAsync(productId, new Reading(3, start), Cancellation);

        await Catalog.LinkAsync(productId + 1, "SKU-2", InventoryItemId, 7, Cancellation);

        Assert.Null(await Catalog.FindAsync(productId, Cancellation));
        Assert.Equal(new ProductRecord(productId + 1, "SKU-2", InventoryItemId, 7), await Catalog.FindByInventoryItemAsync(InventoryItemId, Cancellation));
    }

    [Fact]
    public async Task Keeps_the_readings_when_only_the_SKU_changes()
    {
        await LinkAsync();
        await Catalog.StoreBrightpearlAsync(productId, new Reading(4, start), Cancellation);
        await Catalog.StoreShopifyAsync(productId, new Reading(3, start), Cancellation);

        await Catalog.LinkAsync(productId, "SKU-2", InventoryItemId, 7, Cancellation);

        Assert.Equal(
            new ProductRecord(productId, "SKU-2", InventoryItemId, 7) { Brightpearl = new Reading(4, start), Shopify = new Reading(3, start) },
            await Catalog.FindAsync(productId, Cancellation));
    }

    [Fact]
    public async Task Lists_a_product_while_its_quantities_differ()
    {
        await LinkAsync();
        await Catalog.StoreBrightpearlAsync(productId, new Reading(4, start), Cancellation);
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);

        await Catalog.StoreShopifyAsync(productId, new Reading(3, start), Cancellation);
        Assert.Equal(productId, Assert.Single(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation)).ProductId);

        await Catalog.StoreShopifyAsync(productId, new Reading(4, start.AddSeconds(1)), Cancellation);
        Assert.DoesNotContain(await Catalog.ListDiscrepanciesAsync(productId - 1, 1, Cancellation), product => product.ProductId == productId);
    }

    [Fact]
    public async Task Lists_products_by_id_page_by_page()
    {
        var first = Interlocked.Add(ref lastId, 1_000_000);
        foreach (var id in (long[])[first + 2, first, first + 1])
        {
            await Catalog.LinkAsync(id, "SKU", id, 7, Cancellation);
        }

        var page = await Catalog.ListAsync(first - 1, 2, Cancellation);
        var rest = await Catalog.ListAsync(page[^1].ProductId, 1, Cancellation);

        Assert.Equal([first, first + 1, first + 2], [.. page.Select(product => product.ProductId), .. rest.Select(product => product.ProductId)]);
    }

    private Task LinkAsync() => Catalog.LinkAsync(productId, "SKU-1", InventoryItemId, 7, Cancellation);
}
