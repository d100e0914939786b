using System.Collections.Concurrent;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Waiting;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Imports;

/// <summary>
/// Brings the links of many products to what both systems had when they were read. Links that are right cost nothing. A link is removed
/// only after both systems were asked about this very product and item, as a refresh does. All of it may be done twice.
/// </summary>
internal sealed class CatalogMatching(
    ProductCatalog catalog,
    UnlinkedCatalog unlinked,
    DependencyReleaser releaser,
    BrightpearlClient brightpearl,
    ShopifyClient shopify,
    ProductRules rules,
    IOptions<BrightpearlOptions> account,
    TimeProvider time)
{
    private const int ListSize = 1000;
    private const int EmittedAtOnce = 250;

    /// <summary>A link takes three writes, one after the other, which share their commits with those of others.</summary>
    private const int AtOnce = 32;

    /// <summary>Matches the products with ids above <paramref name="after"/> and up to <paramref name="last"/>.</summary>
    /// <param name="index">Both catalogs.</param>
    /// <param name="rows">Brightpearl's products in this range.</param>
    /// <param name="after">The range begins after this id.</param>
    /// <param name="last">The last id of the range.</param>
    /// <param name="context">The event.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public async Task<CatalogFindings> MatchProductsAsync(CatalogIndex index, IReadOnlyList<CatalogRow> rows, long after, long last, EventContext context, CancellationToken cancellationToken)
    {
        var known = (await ListAsync(catalog.ListAsync, product => product.ProductId, after, last, cancellationToken)).ToDictionary(product => product.ProductId);
        var recorded = (await ListAsync(unlinked.ListProductsAsync, record => record.Id, after, last, cancellationToken)).Select(record => record.Id).ToHashSet();
        var work = new Work();
        foreach (var row in rows)
        {
            if (rules.WhyExcluded(row.Id, row.Sku) is { } excluded)
            {
                await ExcludeAsync(row, excluded, index, known, work, cancellationToken);
            }
            else
            {
                Sort(row, index, known, work);
            }
        }

        var ids = rows.Select(row => row.Id).ToHashSet();
        work.Doubtful.AddRange(known.Values.Where(product => !ids.Contains(product.ProductId)));
        var details = await brightpearl.GetProductsAsync([.. work.Links.Select(link => link.Row.Id), .. work.Doubtful.Select(product => product.ProductId)], cancellationToken);
        var items = await shopify.GetItemsAsync([.. work.Links.Select(link => link.Item), .. work.Doubtful.Select(product => product.InventoryItemId)], cancellationToken);
        var broken = FindBroken(work, details, items);
        work.Findings.BrightpearlCalls = CallsFor(work.Links.Count + work.Doubtful.Count, BrightpearlClient.ProductsPerCall);
        work.Findings.ShopifyCalls = CallsFor(work.Links.Count + work.Doubtful.Count, ShopifyClient.ItemsPerCall);

        await Parallel.ForEachAsync(broken, Options(cancellationToken), async (product, token) => await UnlinkAsync(product, index, ids, work, token));
        await Parallel.ForEachAsync(work.Links, Options(cancellationToken), async (link, token) => await LinkAsync(link, details, items, work, token));
        await Parallel.ForEachAsync(work.Refusals, Options(cancellationToken), async (refusal, token) =>
            await unlinked.RecordAsync(refusal.Entity, refusal.Reason.Sku, refusal.Reason.Reason, refusal.Reason.Message, token));

        // What is linked, or does not exist any more, is no longer a product that cannot be linked.
        var refused = work.Refusals.Select(refusal => refusal.Entity).ToHashSet();
        await Parallel.ForEachAsync(recorded.Select(Entities.Product).Where(entity => !refused.Contains(entity)), Options(cancellationToken), async (entity, token) => await unlinked.ForgetAsync(entity, token));
        await EmitAsync(work, context, cancellationToken);
        await ReleaseAsync(work.Decided.Concat(refused), context, cancellationToken);
        context.Step($"{work.Findings.NewlyLinked} newly linked, {work.Findings.Linked} linked in all, {work.Findings.Unlinked} lost their link, {work.Findings.Failures} are looked up singly");
        return work.Findings;
    }

    /// <summary>Records why items with ids above <paramref name="after"/> and up to <paramref name="last"/> are not linked, and returns how many there are by reason.</summary>
    public async Task<Dictionary<string, int>> MatchItemsAsync(CatalogIndex index, IReadOnlyList<CatalogRow> rows, long after, long last, EventContext context, CancellationToken cancellationToken)
    {
        var recorded = await ListAsync(unlinked.ListItemsAsync, record => record.Id, after, last, cancellationToken);
        var refusals = new ConcurrentDictionary<long, NotLinkedException>();
        await Parallel.ForEachAsync(rows, Options(cancellationToken), async (row, token) =>
        {
            // An item whose SKU became ambiguous keeps its link.
            if (index.MatchItem(row).Refusal is { } refusal
                && !(UnlinkedReasons.IsAmbiguous(refusal.Reason) && await catalog.FindByInventoryItemAsync(row.Id, token) is not null))
            {
                refusals[row.Id] = refusal;
                await unlinked.RecordAsync(Entities.InventoryItem(row.Id), refusal.Sku, refusal.Reason, refusal.Message, token);
            }
        });

        var ids = rows.Select(row => row.Id).ToHashSet();
        await Parallel.ForEachAsync(recorded.Where(record => !refusals.ContainsKey(record.Id)), Options(cancellationToken), async (record, token) =>
        {
            // The item of a bundle has a product with its SKU, and yet it is not linked.
            if (!ids.Contains(record.Id) || await catalog.FindByInventoryItemAsync(record.Id, token) is not null)
            {
                await unlinked.ForgetAsync(Entities.InventoryItem(record.Id), token);
            }
        });
        await ReleaseAsync(refusals.Keys.Select(Entities.InventoryItem), context, cancellationToken);
        return refusals.Values.GroupBy(refusal => refusal.Reason).ToDictionary(reason => reason.Key, reason => reason.Count());
    }

    /// <summary>Refuses a product that the settings exclude, and its item. A link from before is removed; one that changed meanwhile is left to its next event.</summary>
    private async Task ExcludeAsync(CatalogRow row, string excluded, CatalogIndex index, Dictionary<long, ProductRecord> known, Work work, CancellationToken cancellationToken)
    {
        if (known.GetValueOrDefault(row.Id) is { } product && await catalog.TryUnlinkAsync(product, cancellationToken))
        {
            work.Unlink();
        }

        var reason = new NotLinkedException(excluded, UnlinkedReasons.Excluded, row.Sku);
        work.Refuse(Entities.Product(row.Id), reason);
        if (index.MatchProduct(row).Other is { } item)
        {
            work.Refuse(Entities.InventoryItem(item), reason);
        }
    }

    private static void Sort(CatalogRow row, CatalogIndex index, Dictionary<long, ProductRecord> known, Work work)
    {
        var match = index.MatchProduct(row);
        switch (known.GetValueOrDefault(row.Id), match)
        {
            case ({ } product, { Other: { } item }) when product.InventoryItemId == item && product.Sku == row.Sku:
                work.Keep(product);
                break;
            case (_, { Other: { } item }):
                work.Links.Add((row, item));
                break;
            case ({ } product, _) when UnlinkedReasons.IsAmbiguous(match.Refusal!.Reason) && index.Holds(product):
                work.Keep(product);
                break;
            case ({ } product, _):
                work.Doubtful.Add(product);
                break;
            default:
                work.Refuse(Entities.Product(row.Id), match.Refusal!);
                break;
        }
    }

    /// <summary>Finds, of the products whose link the lists do not show, those whose link is broken by what both systems say now: lists may lag behind.</summary>
    private static List<ProductRecord> FindBroken(Work work, IReadOnlyDictionary<long, BrightpearlReading<BrightpearlProduct>> details, IReadOnlyDictionary<long, ShopifyItem> items)
    {
        var broken = work.Doubtful.Where(product => product.WhyBroken(items.GetValueOrDefault(product.InventoryItemId)) is not null
            || (details.TryGetValue(product.ProductId, out var found) ? found.Value is { } detail && product.WhyBroken(detail) is not null : true)).ToList();
        foreach (var product in work.Doubtful.Except(broken))
        {
            work.Keep(product);
        }

        return broken;
    }

    private async Task UnlinkAsync(ProductRecord product, CatalogIndex index, HashSet<long> ids, Work work, CancellationToken cancellationToken)
    {
        if (!await catalog.TryUnlinkAsync(product, cancellationToken))
        {
            work.LookUp(product.ProductId);
        }
        else
        {
            work.Unlink();
            if (ids.Contains(product.ProductId) && index.MatchProduct(index.Products.First(row => row.Id == product.ProductId)).Refusal is { } refusal)
            {
                work.Refuse(Entities.Product(product.ProductId), refusal);
            }
        }
    }

    /// <summary>Links by what both systems say now. The pages may be minutes old, and a webhook about a change since then may have been handled already.</summary>
    private async Task LinkAsync(
        (CatalogRow Row, long Item) link,
        IReadOnlyDictionary<long, BrightpearlReading<BrightpearlProduct>> details,
        IReadOnlyDictionary<long, ShopifyItem> items,
        Work work,
        CancellationToken cancellationToken)
    {
        var (row, item) = link;
        var reading = details.GetValueOrDefault(row.Id);
        if (reading is { Value: null } || (reading is not null && reading.Value!.Sku != row.Sku)
            || !items.TryGetValue(item, out var found) || found.Sku != row.Sku || LinkRefusals.Of(item, found) is not null)
        {
            // Its answer lacks something, or a SKU has changed since it was listed.
            work.LookUp(row.Id);
        }
        else if (LinkRefusals.Of(row.Id, reading?.Value) is { } refusal)
        {
            work.Refuse(Entities.Product(row.Id), refusal);
            work.Refuse(Entities.InventoryItem(item), refusal);
        }
        else
        {
            work.Link(await catalog.LinkAsync(row.Id, row.Sku!, item, cancellationToken));
        }
    }

    /// <summary>The ids of these events follow from the step, so another attempt emits the same ones.</summary>
    private async Task EmitAsync(Work work, EventContext context, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var syncs = work.Syncs.Order().Select(id => ProductEvents.Compose(Topics.FanOutSource, account.Value.Account, Topics.OnHandModified, id, context, now));
        var lookUps = work.LookUps.Order().Select(id => ProductEvents.Compose(Topics.ImportSource, account.Value.Account, Topics.ProductModified, id, context, now));
        foreach (var chunk in syncs.Concat(lookUps).Chunk(EmittedAtOnce))
        {
            await context.EmitAsync(chunk, cancellationToken);
        }
    }

    /// <summary>Releases the events that wait for products and items that have been decided about. The sweeper does the same for those of links that were right.</summary>
    private async Task ReleaseAsync(IEnumerable<EntityKey> entities, EventContext context, CancellationToken cancellationToken)
    {
        var released = 0;
        await Parallel.ForEachAsync(entities, Options(cancellationToken), async (entity, token) =>
            Interlocked.Add(ref released, await releaser.ReleaseAsync(entity, context.Event.Id.ToString(), token)));
        context.Step($"released {released} waiting events");
    }

    private static ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };

    private static int CallsFor(int count, int perCall) => (count + perCall - 1) / perCall;

    private static async Task<List<T>> ListAsync<T>(
        Func<long?, int, CancellationToken, Task<IReadOnlyList<T>>> listAsync, Func<T, long> idOf, long after, long last, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        while (true)
        {
            var page = await listAsync(after, ListSize, cancellationToken);
            found.AddRange(page.TakeWhile(record => idOf(record) <= last));
            if (page.Count < ListSize || idOf(page[^1]) >= last)
            {
                return found;
            }

            after = idOf(page[^1]);
        }
    }

    private sealed class Work
    {
        private readonly Lock gate = new();

        public CatalogFindings Findings { get; } = new();

        public List<(CatalogRow Row, long Item)> Links { get; } = [];

        /// <summary>Products whose link the lists do not show.</summary>
        public List<ProductRecord> Doubtful { get; } = [];

        public List<(EntityKey Entity, NotLinkedException Reason)> Refusals { get; } = [];

        /// <summary>The products that were linked, and their items.</summary>
        public List<EntityKey> Decided { get; } = [];

        public List<long> Syncs { get; } = [];

        public List<long> LookUps { get; } = [];

        /// <summary>A link without readings is one whose stock was never set, e.g. because a former attempt ended before it emitted the event, or because the settings name another location since then.</summary>
        public void Keep(ProductRecord product)
        {
            Findings.Linked++;
            if (!product.IsCompared)
            {
                Syncs.Add(product.ProductId);
            }
        }

        public void Link(ProductRecord product)
        {
            lock (gate)
            {
                Findings.Linked++;
                Findings.NewlyLinked++;
                Syncs.Add(product.ProductId);
                Decided.Add(Entities.Product(product.ProductId));
                Decided.Add(Entities.InventoryItem(product.InventoryItemId));
            }
        }

        public void Unlink()
        {
            lock (gate)
            {
                Findings.Unlinked++;
            }
        }

        public void LookUp(long productId)
        {
            lock (gate)
            {
                Findings.Failures++;
                LookUps.Add(productId);
            }
        }

        public void Refuse(EntityKey entity, NotLinkedException reason)
        {
            lock (gate)
            {
                Refusals.Add((entity, reason));
                var reasons = entity.Kind == Entities.InventoryItemKind ? Findings.Items : Findings.Products;
                reasons[reason.Reason] = reasons.GetValueOrDefault(reason.Reason) + 1;
            }
        }
    }
}
