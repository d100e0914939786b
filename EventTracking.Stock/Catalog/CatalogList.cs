using System.Runtime.CompilerServices;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Catalog;

/// <summary>Lists linked and unlinked products together. Filters have no indexes: an operator seldom asks, and an index costs a write for each change.</summary>
internal sealed class CatalogList(ProductCatalog catalog, UnlinkedCatalog unlinked)
{
    /// <summary>The maximum number of products that one call looks through.</summary>
    public const int MaxSeen = 25_000;

    private const int PageSize = 500;

    /// <summary>Returns what is known about a product of Brightpearl; null if nothing is.</summary>
    public async Task<CatalogEntry?> FindAsync(long productId, CancellationToken cancellationToken) =>
        await catalog.FindAsync(productId, cancellationToken) is { } product ? CatalogEntry.Of(product)
        : await unlinked.FindAsync(Entities.Product(productId), cancellationToken) is { } known ? CatalogEntry.OfProduct(known)
        : null;

    /// <summary>Returns a page of products.</summary>
    public async Task<CatalogPage> ListAsync(CatalogQuery query, CancellationToken cancellationToken)
    {
        var entries = new List<CatalogEntry>(query.Limit);
        var seen = 0;
        await foreach (var entry in WalkAsync(query, cancellationToken))
        {
            if (Matches(entry, query) && !await IsLinkedByNowAsync(entry, cancellationToken))
            {
                if (entries.Count == query.Limit)
                {
                    return new CatalogPage(entries, entries[^1].Cursor);
                }

                entries.Add(entry);
            }

            if (++seen == MaxSeen)
            {
                return new CatalogPage(entries, entry.Cursor);
            }
        }

        return new CatalogPage(entries, null);
    }

    private static bool Matches(CatalogEntry entry, CatalogQuery query) =>
        (query.Sku is null || entry.Sku == query.Sku) && (query.Reason is null || entry.Unlinked?.Code == query.Reason);

    /// <summary>A product is linked before it is forgotten that it was not.</summary>
    private async Task<bool> IsLinkedByNowAsync(CatalogEntry entry, CancellationToken cancellationToken) =>
        entry is { Unlinked: { } known }
        && (entry.ProductId is null ? await catalog.FindByInventoryItemAsync(known.Id, cancellationToken) : await catalog.FindAsync(known.Id, cancellationToken)) is not null;

    private async IAsyncEnumerable<CatalogEntry> WalkAsync(CatalogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.After is not { IsItem: true })
        {
            await using var linked = (query.HasLinked ? PagesAsync(query.After?.Id, LinkedAsync, cancellationToken) : None()).GetAsyncEnumerator(cancellationToken);
            await using var others = (query.HasUnlinked ? PagesAsync(query.After?.Id, UnlinkedAsync, cancellationToken) : None()).GetAsyncEnumerator(cancellationToken);
            var (hasLinked, hasOther) = (await linked.MoveNextAsync(), await others.MoveNextAsync());
            while (hasLinked || hasOther)
            {
                var isLinkedNext = hasLinked && (!hasOther || linked.Current.ProductId <= others.Current.ProductId);
                yield return isLinkedNext ? linked.Current : others.Current;
                if (isLinkedNext)
                {
                    hasLinked = await linked.MoveNextAsync();
                }
                else
                {
                    hasOther = await others.MoveNextAsync();
                }
            }
        }

        if (query.HasUnlinked)
        {
            await foreach (var item in PagesAsync(query.After is { IsItem: true, Id: var id } ? id : null, ItemsAsync, cancellationToken))
            {
                yield return item;
            }
        }

        async Task<IEnumerable<CatalogEntry>> LinkedAsync(long? after) => (query.Differs
            ? await catalog.ListDiscrepanciesAsync(after, PageSize, cancellationToken)
            : await catalog.ListAsync(after, PageSize, cancellationToken)).Select(CatalogEntry.Of);

        async Task<IEnumerable<CatalogEntry>> UnlinkedAsync(long? after) => (await unlinked.ListProductsAsync(after, PageSize, cancellationToken)).Select(CatalogEntry.OfProduct);

        async Task<IEnumerable<CatalogEntry>> ItemsAsync(long? after) => (await unlinked.ListItemsAsync(after, PageSize, cancellationToken)).Select(CatalogEntry.OfItem);
    }

    private static async IAsyncEnumerable<CatalogEntry> PagesAsync(long? after, Func<long?, Task<IEnumerable<CatalogEntry>>> listAsync, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = 0;
            foreach (var entry in await listAsync(after))
            {
                count++;
                after = entry.Cursor.Id;
                yield return entry;
            }

            if (count < PageSize)
            {
                yield break;
            }
        }
    }

    private static async IAsyncEnumerable<CatalogEntry> None()
    {
        await Task.CompletedTask;
        yield break;
    }
}
