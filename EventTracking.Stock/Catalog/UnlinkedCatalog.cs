using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Catalog;

/// <summary>
/// The products and items that were looked up and cannot be linked, each with the reason. They are records of their own, so that the
/// version before, which does not know them, finds the products as it left them. A product that is in the catalog is linked whatever
/// is recorded here. All methods throw <see cref="StoreUnavailableException"/> if the store does not respond.
/// </summary>
internal sealed class UnlinkedCatalog(RecordCollection<UnlinkedProductDocument> products, RecordCollection<UnlinkedItemDocument> items, TimeProvider time)
{
    public const string Products = "unlinked-product";
    public const string Items = "unlinked-item";

    private const int MaxTextLength = 1000;

    /// <summary>How often events have a product looked up again. Webhooks that name it do so at once.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>Returns what is recorded about a product or an inventory item, or null if nothing is.</summary>
    public async Task<UnlinkedRecord?> FindAsync(EntityKey entity, CancellationToken cancellationToken)
    {
        if (!Entities.TryNumber(entity, out var id))
        {
            return null;
        }

        return entity.Kind == Entities.InventoryItemKind
            ? await items.FindAsync(id, cancellationToken) is { } item ? UnlinkedDocument.ToRecord(item) : null
            : await products.FindAsync(id, cancellationToken) is { } product ? UnlinkedDocument.ToRecord(product) : null;
    }

    /// <summary>Records that a product or an item was looked up and cannot be linked. Of several that do so at the same time, one may win.</summary>
    public async Task RecordAsync(EntityKey entity, string? sku, string code, string reason, CancellationToken cancellationToken)
    {
        var (id, ticks) = (Entities.Number(entity, entity.Kind), time.GetUtcNow().UtcTicks);
        reason = reason.Length <= MaxTextLength ? reason : reason[..MaxTextLength];
        if (entity.Kind == Entities.InventoryItemKind)
        {
            await items.TryWriteAsync(id, new UnlinkedItemDocument(sku, code, reason, ticks), label: null, await items.FindAsync(id, cancellationToken), cancellationToken);
        }
        else
        {
            await products.TryWriteAsync(id, new UnlinkedProductDocument(sku, code, reason, ticks), label: null, await products.FindAsync(id, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Removes what is recorded about a product or an item, because it is linked or does not exist any more.</summary>
    public async Task ForgetAsync(EntityKey entity, CancellationToken cancellationToken)
    {
        var id = Entities.Number(entity, entity.Kind);
        if (entity.Kind == Entities.InventoryItemKind)
        {
            if (await items.FindAsync(id, cancellationToken) is { } item)
            {
                await items.TryDeleteAsync(item, cancellationToken);
            }
        }
        else if (await products.FindAsync(id, cancellationToken) is { } product)
        {
            await products.TryDeleteAsync(product, cancellationToken);
        }
    }

    /// <summary>Returns products by product id, after a given id.</summary>
    public async Task<IReadOnlyList<UnlinkedRecord>> ListProductsAsync(long? after, int limit, CancellationToken cancellationToken) =>
        [.. (await products.ListAsync(after, limit, cancellationToken)).Select(UnlinkedDocument.ToRecord)];

    /// <summary>Returns inventory items by id, after a given id.</summary>
    public async Task<IReadOnlyList<UnlinkedRecord>> ListItemsAsync(long? after, int limit, CancellationToken cancellationToken) =>
        [.. (await items.ListAsync(after, limit, cancellationToken)).Select(UnlinkedDocument.ToRecord)];

    /// <summary>Returns whether the product or item was looked up so recently that nobody has to wait for another look. A time ahead of this host's clock does not count.</summary>
    public async Task<bool> IsRestingAsync(EntityKey entity, CancellationToken cancellationToken) =>
        await FindAsync(entity, cancellationToken) is { } known && IsResting(known);

    /// <summary>
    /// Decides about an event whose product is not in the catalog. If it is known why not, and nothing is to be gained by another look,
    /// the event ends with the reason: what links the product later also sets its stock. Otherwise the event waits for its import.
    /// </summary>
    public async Task<Outcome> EndOrWaitAsync(EntityKey entity, EventContext context, CancellationToken cancellationToken) =>
        await FindAsync(entity, cancellationToken) is { } known && (IsResting(known) || context.WasReleasedFor(entity))
            ? Outcome.Ignored($"{known.Code}: {known.Reason}")
            : Outcome.WaitFor(entity);

    private bool IsResting(UnlinkedRecord known) => time.GetUtcNow() - known.CheckedAt is var age && age >= TimeSpan.Zero && age < Rest;
}
