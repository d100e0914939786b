using EventTracking.Core.Records;
using EventTracking.Stock.Rules;

namespace EventTracking.Stock.Catalog;

/// <summary>
/// Counts how much of the stock is compared. A small catalog is counted whenever somebody asks. For a larger one the last count
/// serves for a minute, so that what a caller costs does not depend on how often it asks.
/// </summary>
internal sealed class CatalogCoverage(RecordCollection<CoverageDocument> counts, ProductCatalog catalog, UnlinkedCatalog unlinked, StockLocations stockLocations, TimeProvider time)
{
    public const string Collection = "coverage";

    private const long Id = 1;
    private const int MaxCounted = 100_000;
    private const int Small = 2000;
    private const int PageSize = 1000;
    private const int MaxRounds = 5;

    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(1);

    /// <summary>Returns the last count, or another if it is too old.</summary>
    public async Task<Coverage> FindAsync(CancellationToken cancellationToken)
    {
        var last = await counts.FindAsync(Id, cancellationToken);
        if (last is not null && last.Value.Total > Small && IsValid(last.Value))
        {
            return ToCoverage(last.Value);
        }

        var counted = await CountAsync(cancellationToken);
        return ToCoverage(counted.Total > Small
            ? await StoreAsync(counted, count => count, cancellationToken)
            : counted with { ImportedAt = last?.Value.ImportedAt, RefreshedAt = last?.Value.RefreshedAt });
    }

    /// <summary>Counts, and stores that the whole catalog has been imported.</summary>
    public async Task ImportedAsync(CancellationToken cancellationToken) =>
        await StoreAsync(await CountAsync(cancellationToken), count => count with { ImportedAt = time.GetUtcNow().UtcTicks }, cancellationToken);

    /// <summary>Counts, and stores that all linked products have been read again.</summary>
    public async Task RefreshedAsync(CancellationToken cancellationToken) =>
        await StoreAsync(await CountAsync(cancellationToken), count => count with { RefreshedAt = time.GetUtcNow().UtcTicks }, cancellationToken);

    private static Coverage ToCoverage(CoverageDocument count) => new(
        count.Linked, count.Compared, count.Products, count.Items, count.Locations, TimeOf(count.CountedAt)!.Value, count.IsWhole, TimeOf(count.ImportedAt), TimeOf(count.RefreshedAt));

    private static DateTimeOffset? TimeOf(long? ticks) => ticks is { } known ? new DateTimeOffset(known, TimeSpan.Zero) : null;

    private bool IsValid(CoverageDocument count) => time.GetUtcNow().UtcTicks - count.CountedAt is >= 0 and var age && age < Validity.Ticks;

    /// <summary>Another caller may store its count at the same time. What it stored about imports and refreshes is kept.</summary>
    private async Task<CoverageDocument> StoreAsync(CoverageDocument counted, Func<CoverageDocument, CoverageDocument> change, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var read = await counts.FindAsync(Id, cancellationToken);
            var count = change(counted with { ImportedAt = read?.Value.ImportedAt, RefreshedAt = read?.Value.RefreshedAt });
            if (await counts.TryWriteAsync(Id, count, label: null, read, cancellationToken) is not null || round == MaxRounds)
            {
                return count;
            }
        }
    }

    private async Task<CoverageDocument> CountAsync(CancellationToken cancellationToken)
    {
        var (linked, compared, left) = (0, 0, MaxCounted);
        var (products, items) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        var locations = stockLocations.All.ToDictionary(location => location.Id, _ => new LocationCount());
        left = await WalkAsync(catalog.ListAsync, product => product.ProductId, left, product =>
        {
            linked++;
            compared += product.IsCompared ? 1 : 0;
            foreach (var stock in product.Locations)
            {
                locations[stock.LocationId] = locations[stock.LocationId].With(stock, product.IsCompared);
            }
        }, cancellationToken);
        left = await WalkAsync(unlinked.ListProductsAsync, record => record.Id, left, record => Add(products, record), cancellationToken);
        left = await WalkAsync(unlinked.ListItemsAsync, record => record.Id, left, record => Add(items, record), cancellationToken);
        return new CoverageDocument { Linked = linked, Compared = compared, Products = products, Items = items, Locations = locations, IsWhole = left > 0, CountedAt = time.GetUtcNow().UtcTicks };
    }

    private static void Add(Dictionary<string, int> reasons, UnlinkedRecord record) => reasons[record.Code] = reasons.GetValueOrDefault(record.Code) + 1;

    /// <summary>Returns how many may still be counted.</summary>
    private static async Task<int> WalkAsync<T>(
        Func<long?, int, CancellationToken, Task<IReadOnlyList<T>>> listAsync, Func<T, long> idOf, int left, Action<T> count, CancellationToken cancellationToken)
    {
        long? after = null;
        while (left > 0)
        {
            var size = Math.Min(PageSize, left);
            var page = await listAsync(after, size, cancellationToken);
            foreach (var record in page)
            {
                count(record);
            }

            left -= page.Count;
            if (page.Count < size)
            {
                break;
            }

            after = idOf(page[^1]);
        }

        return left;
    }
}
