using EventTracking.Core.Records;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Stock.Catalog;

/// <summary>Every store returns the records of imports as they were written: lists with gaps, and counts by reason.</summary>
public abstract class CatalogRecordsContract(BackendFixture backend)
{
    private static long lastId = 50_000_000;

    private readonly long id = Interlocked.Increment(ref lastId);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Returns_a_page_of_the_catalog_as_it_was_written()
    {
        var pages = Catalogs.Collection(backend.Records, CatalogPages.Collection, CatalogImportJson.Default.CatalogPageDocument);
        var page = new CatalogPageDocument([.. Enumerable.Range(1, 500).Select(number => 271_878_346_596_884_015 + number)], [.. Enumerable.Range(1, 500).Select(number => number % 3 == 0 ? null : $"SKU '{number}' é")], [.. Enumerable.Range(1, 500).Select(number => number % 2 == 0)]);

        Assert.NotNull(await pages.TryWriteAsync(id, page, null, null, Cancellation));

        var read = (await pages.FindAsync(id, Cancellation))!.Value;
        Assert.Equal(page.Ids, read.Ids);
        Assert.Equal(page.Skus, read.Skus);
        Assert.Equal(page.Tracked, read.Tracked);
    }

    [Fact]
    public async Task Returns_the_progress_of_an_import_as_it_was_written()
    {
        var imports = Catalogs.Collection(backend.Records, CatalogImports.Collection, CatalogImportJson.Default.CatalogImportDocument);
        var progress = new CatalogImportDocument { Step = 7, Cursor = "501", LastItem = 271_878_346_596_884_015, Products = { ["bundle"] = 2, ["sku-not-at-shopify"] = 9 }, StartedAt = 639_000_000_000_000_000 };

        var written = await imports.TryWriteAsync(id, progress, null, null, Cancellation);
        Assert.Null(await imports.TryWriteAsync(id, progress, null, null, Cancellation));

        var read = (await imports.FindAsync(id, Cancellation))!;
        Assert.Equal(written!.Version, read.Version);
        Assert.Equal(progress.Products, read.Value.Products);
        Assert.Equal(progress with { Products = read.Value.Products, Items = read.Value.Items }, read.Value);
    }

    [Fact]
    public async Task Remembers_why_a_product_and_an_item_of_the_same_number_are_not_linked_until_it_forgets_them()
    {
        var unlinked = new UnlinkedCatalog(
            Catalogs.Collection(backend.Records, UnlinkedCatalog.Products, UnlinkedJson.Default.UnlinkedProductDocument),
            Catalogs.Collection(backend.Records, UnlinkedCatalog.Items, UnlinkedJson.Default.UnlinkedItemDocument),
            TimeProvider.System);
        await unlinked.RecordAsync(Entities.Product(id), null, UnlinkedReasons.NoSkuAtBrightpearl, "none", Cancellation);
        await unlinked.RecordAsync(Entities.Product(id), "MUG", UnlinkedReasons.SkuNotAtShopify, "not there", Cancellation);
        await unlinked.RecordAsync(Entities.InventoryItem(id), "CUP", UnlinkedReasons.SkuNotAtBrightpearl, "not here", Cancellation);

        Assert.Equal(("MUG", "sku-not-at-shopify", "not there"), await FindAsync(Entities.Product(id)));
        Assert.Equal(("CUP", "sku-not-at-brightpearl", "not here"), await FindAsync(Entities.InventoryItem(id)));
        Assert.True(await unlinked.IsRestingAsync(Entities.Product(id), Cancellation));

        await unlinked.ForgetAsync(Entities.Product(id), Cancellation);
        await unlinked.ForgetAsync(Entities.Product(id), Cancellation);
        Assert.Null(await unlinked.FindAsync(Entities.Product(id), Cancellation));
        Assert.NotNull(await unlinked.FindAsync(Entities.InventoryItem(id), Cancellation));

        async Task<(string?, string, string)> FindAsync(EventTracking.Core.Events.EntityKey entity) =>
            await unlinked.FindAsync(entity, Cancellation) is { } found ? (found.Sku, found.Code, found.Reason) : default;
    }
}
