using EventTracking.Core.Records;
using EventTracking.Core.Resilience;

namespace EventTracking.Stock.Imports;

/// <summary>The pages that an import of the whole catalog has read, each a record, until it has matched them.</summary>
internal sealed class CatalogPages(RecordCollection<CatalogPageDocument> pages)
{
    public const string Collection = "catalog-page";

    /// <summary>The most pages of a side. A catalog of half a million products is no merchant's.</summary>
    public const int MaxPages = 2000;

    private const long PerImport = 10_000;
    private const long OfShopify = 5000;
    private const int ListSize = 100;
    private const int MaxLists = 100;

    public Task StoreBrightpearlAsync(long import, int page, CatalogPageDocument rows, CancellationToken cancellationToken) => StoreAsync((import * PerImport) + page, rows, cancellationToken);

    public Task StoreShopifyAsync(long import, int page, CatalogPageDocument rows, CancellationToken cancellationToken) => StoreAsync((import * PerImport) + OfShopify + page, rows, cancellationToken);

    /// <summary>Reads all pages of an import.</summary>
    public async Task<CatalogIndex> ReadAsync(long import, int brightpearlPages, int shopifyPages, CancellationToken cancellationToken) => new(
        await ReadAsync(import * PerImport, brightpearlPages, cancellationToken),
        await ReadAsync((import * PerImport) + OfShopify, shopifyPages, cancellationToken));

    /// <summary>Deletes the pages of all imports.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        long? after = null;
        for (var list = 0; list < MaxLists; list++)
        {
            var found = await pages.ListAsync(after, ListSize, cancellationToken);
            foreach (var page in found)
            {
                await pages.TryDeleteAsync(page, cancellationToken);
            }

            if (found.Count < ListSize)
            {
                return;
            }

            after = found[^1].Id;
        }
    }

    /// <summary>A page that a former attempt stored is replaced, because the catalog may have changed since.</summary>
    private async Task StoreAsync(long id, CatalogPageDocument rows, CancellationToken cancellationToken)
    {
        if (await pages.TryWriteAsync(id, rows, label: null, await pages.FindAsync(id, cancellationToken), cancellationToken) is null)
        {
            throw new StoreUnavailableException($"Page {id} of the catalog was stored by another attempt at the same time.");
        }
    }

    private async Task<List<CatalogRow>> ReadAsync(long first, int count, CancellationToken cancellationToken)
    {
        var rows = new List<CatalogRow>();
        for (var page = 0; page < count; page++)
        {
            var found = (await pages.FindAsync(first + page, cancellationToken))?.Value
                ?? throw new StoreUnavailableException($"Page {first + page} of the catalog is gone. Start another import.");
            for (var row = 0; row < found.Ids.Length; row++)
            {
                rows.Add(new CatalogRow(found.Ids[row], found.Skus[row], found.Tracked[row]) { SkuFault = found.SkuFaults?[row] });
            }
        }

        return rows;
    }
}

/// <summary>A product of Brightpearl or an item of Shopify.</summary>
internal readonly record struct CatalogRow(long Id, string? Sku, bool Tracked)
{
    /// <summary>Why its SKU cannot be used; null if it can, or if there is none.</summary>
    public string? SkuFault { get; init; }
}
