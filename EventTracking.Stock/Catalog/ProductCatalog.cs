using EventTracking.Core.Records;
using EventTracking.Core.Resilience;

namespace EventTracking.Stock.Catalog;

/// <summary>
/// The products that both systems know, and which inventory item belongs to which of them. Each method is durable when it
/// returns; what a change depends on is read, and written on condition that nobody wrote meanwhile, so no transaction is
/// needed: <c>docs/decisions/0009-links-without-transactions.md</c> explains why.
/// All methods throw <see cref="StoreUnavailableException"/> when the store did not respond.
/// </summary>
internal sealed class ProductCatalog(RecordCollection<ProductDocument> products, RecordCollection<LinkDocument> links, RandomSource random, TimeProvider time)
{
    public const string Products = "product";
    public const string Links = "item";

    private const string Drift = "drift";
    private const int MaxRounds = 30;

    /// <summary>A pause is up to this long, and up to twice as long each time.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private const int MaxDoublings = 6;

    /// <summary>The product, or null.</summary>
    public async Task<ProductRecord?> FindAsync(long productId, CancellationToken cancellationToken) =>
        await products.FindAsync(productId, cancellationToken) is { Value.Pending: not true } stored ? stored.Value.ToProduct(productId) : null;

    /// <summary>The product that a Shopify inventory item belongs to, or null.</summary>
    public async Task<ProductRecord?> FindByInventoryItemAsync(long inventoryItemId, CancellationToken cancellationToken) =>
        await links.FindAsync(inventoryItemId, cancellationToken) is { } link
        && await FindAsync(link.Value.Product, cancellationToken) is { } product && product.InventoryItemId == inventoryItemId
            ? product
            : null;

    /// <summary>
    /// Creates the link between the systems, or replaces it. Where it names another inventory item or another location than
    /// before, the reading of Shopify is dropped: it was that of another level. An inventory item belongs to one product: a
    /// product that had it before leaves the catalog, since its stock must never be written to an item that is not its own
    /// any more, and is imported again by its next event.
    /// </summary>
    public async Task LinkAsync(long productId, string sku, long inventoryItemId, long locationId, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var read = await products.FindAsync(productId, cancellationToken);
            var before = read?.Value.ToProduct(productId);
            var product = new ProductRecord(productId, sku, inventoryItemId, locationId)
            {
                Brightpearl = before?.Brightpearl,

                // A level belongs to an inventory item at a location: that of another one says nothing.
                Shopify = before?.InventoryItemId == inventoryItemId && before.LocationId == locationId ? before.Shopify : null,
            };

            // A product in the catalog owns its inventory item, so this one needs no link.
            var linked = read is { Value.Pending: not true } && before!.InventoryItemId == inventoryItemId
                ? await TryWriteAsync(product, isPending: false, read, cancellationToken) is not null
                : await TryLinkAsync(product, read, cancellationToken);
            if (linked)
            {
                return;
            }

            await PauseAsync(round, cancellationToken);
        }

        throw Contended(productId);
    }

    /// <summary>
    /// Stores a reading of <c>bp_availability</c> unless a later one is stored. Returns the product as it is afterwards
    /// (which then has the later reading), or null where the product is not in the catalog.
    /// </summary>
    public Task<ProductRecord?> StoreBrightpearlAsync(long productId, Reading reading, CancellationToken cancellationToken) =>
        StoreAsync(productId, product => product.Brightpearl?.ReadAt >= reading.ReadAt ? null : product with { Brightpearl = reading }, cancellationToken);

    /// <summary>The same for <c>sh_availability</c>.</summary>
    public Task<ProductRecord?> StoreShopifyAsync(long productId, Reading reading, CancellationToken cancellationToken) =>
        StoreAsync(productId, product => product.Shopify?.ReadAt >= reading.ReadAt ? null : product with { Shopify = reading }, cancellationToken);

    /// <summary>Products whose quantities differ, by product id, after a given one. Costs what drifted, not what is stocked.</summary>
    public async Task<IReadOnlyList<ProductRecord>> ListDiscrepanciesAsync(long? after, int limit, CancellationToken cancellationToken) =>
        [.. (await products.ListLabeledAsync(Drift, after, limit, cancellationToken)).Select(stored => stored.Value.ToProduct(stored.Id))];

    /// <summary>All products by product id, after a given one.</summary>
    public async Task<IReadOnlyList<ProductRecord>> ListAsync(long? after, int limit, CancellationToken cancellationToken)
    {
        List<ProductRecord> listed = [];
        while (listed.Count < limit)
        {
            var page = await products.ListAsync(after, limit, cancellationToken);
            listed.AddRange(page.Where(stored => stored.Value.Pending is not true).Select(stored => stored.Value.ToProduct(stored.Id)).Take(limit - listed.Count));
            if (page.Count < limit)
            {
                break;
            }

            after = page[^1].Id;
        }

        return listed;
    }

    /// <summary>
    /// Makes the inventory item the product's own. The order is what matters: the product names the item, unseen, before the
    /// link names the product, so whoever takes the item away later finds the product to delete, and then the last write here
    /// is refused. False where somebody else changed something in between.
    /// </summary>
    private async Task<bool> TryLinkAsync(ProductRecord product, StoredRecord<ProductDocument>? read, CancellationToken cancellationToken)
    {
        if (await TryWriteAsync(product, isPending: true, read, cancellationToken) is not { } pending)
        {
            return false;
        }

        var link = await links.FindAsync(product.InventoryItemId, cancellationToken);
        if (link is not null && link.Value.Product != product.ProductId && !await TryUnlinkAsync(link.Value.Product, product.InventoryItemId, cancellationToken))
        {
            return false;
        }

        // Also where the link names this product already: it refuses those who read it before.
        return await links.TryWriteAsync(product.InventoryItemId, new LinkDocument(product.ProductId), null, link, cancellationToken) is not null
            && await TryWriteAsync(product, isPending: false, pending, cancellationToken) is not null;
    }

    /// <summary>Deletes the product that had an inventory item before, if it still names it.</summary>
    private async Task<bool> TryUnlinkAsync(long productId, long inventoryItemId, CancellationToken cancellationToken) =>
        await products.FindAsync(productId, cancellationToken) is not { } owner
        || owner.Value.Item != inventoryItemId
        || await products.TryDeleteAsync(owner, cancellationToken);

    /// <summary>The change returns the product with the reading, or null where a later one is stored.</summary>
    private async Task<ProductRecord?> StoreAsync(long productId, Func<ProductRecord, ProductRecord?> change, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            if (await products.FindAsync(productId, cancellationToken) is not { Value.Pending: not true } read)
            {
                return null;
            }

            var product = read.Value.ToProduct(productId);
            if (change(product) is not { } changed)
            {
                return product;
            }

            if (await TryWriteAsync(changed, isPending: false, read, cancellationToken) is not null)
            {
                return changed;
            }

            await PauseAsync(round, cancellationToken);
        }

        throw Contended(productId);
    }

    /// <summary>A product carries the label exactly while it is in the catalog and its quantities differ.</summary>
    private Task<StoredRecord<ProductDocument>?> TryWriteAsync(ProductRecord product, bool isPending, StoredRecord<ProductDocument>? read, CancellationToken cancellationToken) =>
        products.TryWriteAsync(product.ProductId, ProductDocument.From(product, isPending), product.HasDiscrepancy && !isPending ? Drift : null, read, cancellationToken);

    /// <summary>Those who undo each other's work must not meet again in step.</summary>
    private Task PauseAsync(int round, CancellationToken cancellationToken) =>
        Task.Delay(FirstPause * (1 << Math.Min(round, MaxDoublings)) * random.NextFraction(), time, cancellationToken);

    private static StoreUnavailableException Contended(long productId) =>
        new($"Product {productId} was changed by others {MaxRounds} times while it was to be changed.");
}
