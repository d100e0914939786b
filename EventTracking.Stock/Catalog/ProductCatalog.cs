using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Rules;

namespace EventTracking.Stock.Catalog;

/// <summary>
/// The products that both systems know, and which inventory item belongs to which product. Changes are durable when a method
/// returns. A change is written on condition that the record has not changed since it was read, so neither transactions nor clocks
/// are needed; <c>docs/decisions/0009-links-without-transactions.md</c> and <c>0021-readings-by-version.md</c> explain why.
/// All methods throw <see cref="StoreUnavailableException"/> if the store does not respond.
/// </summary>
internal sealed class ProductCatalog(
    RecordCollection<ProductDocument> products, RecordCollection<LinkDocument> links, ProductRules rules, StockLocations locations, RandomSource random, TimeProvider time)
{
    public const string Products = "product";
    public const string Links = "item";

    private const string Drift = "drift";
    private const int MaxRounds = 30;

    /// <summary>The maximum length of the first pause between two rounds. It doubles with each round, up to <see cref="MaxDoublings"/> times.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private const int MaxDoublings = 6;

    /// <summary>Returns the product, or null if it is not in the catalog.</summary>
    public async Task<ProductRecord?> FindAsync(long productId, CancellationToken cancellationToken) =>
        await products.FindAsync(productId, cancellationToken) is { Value.Pending: not true } stored ? ToProduct(stored) : null;

    /// <summary>Returns the product that a Shopify inventory item belongs to, or null if there is none.</summary>
    public async Task<ProductRecord?> FindByInventoryItemAsync(long inventoryItemId, CancellationToken cancellationToken) =>
        await links.FindAsync(inventoryItemId, cancellationToken) is { } link
        && await FindAsync(link.Value.Product, cancellationToken) is { } product && product.InventoryItemId == inventoryItemId
            ? product
            : null;

    /// <summary>
    /// Creates or replaces the link between the systems and returns the product. If it names another inventory item than before,
    /// Shopify's readings are dropped, because they belong to other levels. An inventory item belongs to only one product. A
    /// product that had the item before leaves the catalog, because its stock must never be written to an item that no longer
    /// belongs to it; its next event imports it again.
    /// </summary>
    public async Task<ProductRecord> LinkAsync(long productId, string sku, long inventoryItemId, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var read = await products.FindAsync(productId, cancellationToken);
            var before = read is null ? null : ToProduct(read);

            // Nothing is known about another item, not even whether it had a level.
            var product = new ProductRecord(productId, sku, inventoryItemId, before is { } kept && kept.InventoryItemId == inventoryItemId ? kept.Locations : [.. locations.All.Select(location => new LocationStock(location.Id))]);

            // A product in the catalog already owns its inventory item, so the link does not have to be written.
            var linked = read is { Value.Pending: not true } && before!.InventoryItemId == inventoryItemId
                ? await TryWriteAsync(product, isPending: false, read, cancellationToken)
                : await TryLinkAsync(product, read, cancellationToken);
            if (linked is not null)
            {
                return ToProduct(linked);
            }

            await PauseAsync(round, cancellationToken);
        }

        throw new StoreUnavailableException($"Product {productId} could not be changed in {MaxRounds} rounds, because other writers changed it each time.");
    }

    /// <summary>
    /// Stores the product with new readings if it has not changed since it was read. Read the product before you read a side: the
    /// stored reading is then always newer than the one that it replaces, whatever the clocks of the hosts show.
    /// </summary>
    /// <returns>The product as it is stored; null if it changed or left the catalog in the meantime, so that nothing was stored.</returns>
    public async Task<ProductRecord?> TryStoreAsync(ProductRecord product, CancellationToken cancellationToken) =>
        await TryWriteAsync(product, isPending: false, Read(product), cancellationToken) is { } stored ? ToProduct(stored) : null;

    /// <summary>Removes a product whose link is broken from the catalog, if it has not changed since it was read; returns false if it has.</summary>
    public Task<bool> TryUnlinkAsync(ProductRecord product, CancellationToken cancellationToken) => products.TryDeleteAsync(Read(product), cancellationToken);

    /// <summary>Returns products whose quantities differ, by product id, after a given id. The cost depends on how many products drifted, not on how many there are.</summary>
    public Task<IReadOnlyList<ProductRecord>> ListDiscrepanciesAsync(long? after, int limit, CancellationToken cancellationToken) =>
        // A label may be about a location that the settings do not name any more.
        ListAsync((last, size) => products.ListLabeledAsync(Drift, last, size, cancellationToken), product => product.HasDiscrepancy, after, limit);

    /// <summary>Returns all products by product id, after a given id.</summary>
    public Task<IReadOnlyList<ProductRecord>> ListAsync(long? after, int limit, CancellationToken cancellationToken) =>
        ListAsync((last, size) => products.ListAsync(last, size, cancellationToken), _ => true, after, limit);

    private async Task<IReadOnlyList<ProductRecord>> ListAsync(Func<long?, int, Task<IReadOnlyList<StoredRecord<ProductDocument>>>> readAsync, Predicate<ProductRecord> which, long? after, int limit)
    {
        List<ProductRecord> listed = [];
        while (listed.Count < limit)
        {
            var page = await readAsync(after, limit);
            listed.AddRange(page.Where(stored => stored.Value.Pending is not true).Select(ToProduct).Where(product => which(product)).Take(limit - listed.Count));
            if (page.Count < limit)
            {
                break;
            }

            after = page[^1].Id;
        }

        return listed;
    }

    /// <summary>
    /// Moves the inventory item to the product. The order of the writes matters: the product names the item, while it is still hidden,
    /// before the link names the product. A concurrent call that takes the item away later therefore finds the product and deletes it,
    /// so that the last write here is refused. Returns null if another writer changed anything in between.
    /// </summary>
    private async Task<StoredRecord<ProductDocument>?> TryLinkAsync(ProductRecord product, StoredRecord<ProductDocument>? read, CancellationToken cancellationToken)
    {
        if (await TryWriteAsync(product, isPending: true, read, cancellationToken) is not { } pending)
        {
            return null;
        }

        var link = await links.FindAsync(product.InventoryItemId, cancellationToken);
        if (link is not null && link.Value.Product != product.ProductId && !await TryTakeFromAsync(link.Value.Product, product.InventoryItemId, cancellationToken))
        {
            return null;
        }

        // Write the link even if it already names this product: concurrent calls that read it earlier are then refused.
        return await links.TryWriteAsync(product.InventoryItemId, new LinkDocument(product.ProductId), null, link, cancellationToken) is null
            ? null
            : await TryWriteAsync(product, isPending: false, pending, cancellationToken);
    }

    /// <summary>Deletes the product that had the inventory item before, if it still names the item. Returns false if another writer changed the product in between.</summary>
    private async Task<bool> TryTakeFromAsync(long productId, long inventoryItemId, CancellationToken cancellationToken) =>
        await products.FindAsync(productId, cancellationToken) is not { } owner
        || owner.Value.Item != inventoryItemId
        || await products.TryDeleteAsync(owner, cancellationToken);

    private ProductRecord ToProduct(StoredRecord<ProductDocument> stored) => ProductDocument.ToProduct(stored, locations.All.Select(location => location.Id));

    private static StoredRecord<ProductDocument> Read(ProductRecord product) => new(product.ProductId, ProductDocument.From(product, isPending: false), product.Version);

    /// <summary>Writes a product. It carries the drift label only while it is in the catalog and its quantities differ at some location.</summary>
    private Task<StoredRecord<ProductDocument>?> TryWriteAsync(ProductRecord product, bool isPending, StoredRecord<ProductDocument>? read, CancellationToken cancellationToken)
    {
        var ruled = product.WithLocations(location => location with { HeldBack = rules.HeldBack(product.ProductId, product.Sku, location.Brightpearl?.Quantity ?? 0) });
        return products.TryWriteAsync(product.ProductId, ProductDocument.From(ruled, isPending), ruled.HasDiscrepancy && !isPending ? Drift : null, read, cancellationToken);
    }

    /// <summary>Pauses for a random time, so that concurrent calls that undo each other's work do not collide again.</summary>
    private Task PauseAsync(int round, CancellationToken cancellationToken) =>
        Task.Delay(FirstPause * (1 << Math.Min(round, MaxDoublings)) * random.NextFraction(), time, cancellationToken);
}
