using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Waiting;
using EventTracking.Stock.Access;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Imports;

/// <summary>
/// Brings the link of a product to what both systems have now, starting from either system, and releases all events that waited for
/// it. Events that wait request it; webhooks about products and items, and the refresh, check the link before they have it made
/// anew. What cannot be linked is recorded with the reason, the events that waited end with it, and the import ends as ignored: most
/// products that one system has and the other does not are that way on purpose. Only a SKU that is not unique fails, because somebody
/// has to put it right.
/// </summary>
internal sealed class ProductImport(
    ProductCatalog catalog,
    UnlinkedCatalog unlinked,
    CatalogImports imports,
    ProductLinker linker,
    BrightpearlWebhooks webhooks,
    BrightpearlClient search,
    BrightpearlReads brightpearl,
    BrightpearlLimit limit,
    ShopifyReads shopify,
    ShopAccess access,
    DependencyReleaser releaser,
    StockLocations locations,
    IOptions<ShopifyOptions> options,
    IOptions<BrightpearlOptions> account,
    TimeProvider time) : ShopifyFunction<EntityKey>
{
    /// <summary>Few, because each import also searches both systems for its SKU, with calls of its own.</summary>
    public const int ImportsPerBatch = 10;

    private const string AppUninstalled = "shopify/app-uninstalled";
    private const string LocationDeactivated = "shopify/location-deactivated";
    private const int MaxRounds = 5;
    private const int MaxOthers = 10;

    /// <summary>Imports whose turn comes later than this after they were sent are more than the account's calls are enough for.</summary>
    private static readonly TimeSpan Backlogged = TimeSpan.FromSeconds(30);

    /// <summary>When to search once more for what a search did not find.</summary>
    private static readonly TimeSpan SearchLag = TimeSpan.FromSeconds(10);

    protected override bool IsNotification => true;

    /// <summary>Each import of a batch may search for its SKU. If it found no call for that, it would begin again later, with all that it had done.</summary>
    protected override TimeSpan ReadyIn => limit.ReadyFor(ImportsPerBatch);

    /// <summary>An import reads the product and searches for its SKU.</summary>
    protected override double? ReplaysPerSecond => limit.QuarterFor(calls: 2);

    /// <summary>While the app is uninstalled nothing else works, so that must not be lost among other failures of calls to Shopify.</summary>
    protected override bool IsObligation(string? code) => code is AppUninstalled or LocationDeactivated;

    protected override EntityKey ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload switch
    {
        { Topic: Topics.ImportEntity } => EntityOf(payload.ReadJson(StockJson.Default.ImportRequest)),
        { Topic: Topics.AppUninstalled } => Entities.Shop,
        { Topic: Topics.LocationsDeactivate } => Entities.Location(IdOf(payload)),
        { Source: Topics.Shopify } => Entities.InventoryItem(IdOf(payload)),
        _ => Entities.Product(Entities.Number(metadata.Entity ?? webhooks.ReadEntity(payload), Entities.ProductKind)),
    };

    protected override Task<Outcome> RunAsync(EntityKey message, EventContext context, CancellationToken cancellationToken) => message.Kind switch
    {
        Entities.ShopKind => CheckShopAsync(context, cancellationToken),
        Entities.LocationKind => Task.FromResult(CheckLocation(message)),
        _ => CheckLinkAsync(message, context, cancellationToken),
    };

    private static EntityKey EntityOf(ImportRequest request) => EntityKey.TryParse(request.Entity, null, out var entity)
        ? entity
        : throw new FunctionException($"'{request.Entity}' cannot be imported: it is not an entity key such as 'product:1008'.", "payload/no-entity", transient: false);

    private static long IdOf(PayloadRecord payload) => payload.ReadJson(StockJson.Default.ShopifyIdMessage) switch
    {
        { Id: > 0 and var id } => id,
        { Id: var other } => throw new FunctionException($"The payload's id must be greater than 0, but is {other}.", "payload/no-entity", transient: false),
    };

    /// <summary>
    /// Releases what waits for the shop if Shopify accepts the token. An old notice that the app was uninstalled therefore changes
    /// nothing, and a true one waits like all others until the app is installed again.
    /// </summary>
    private async Task<Outcome> CheckShopAsync(EventContext context, CancellationToken cancellationToken)
    {
        context.Step("asking whether Shopify accepts the access token");
        try
        {
            await access.RequireAsync(cancellationToken);
        }
        catch (ConnectorException failure) when (ShopAccess.IsRefused(failure) && context.Event.Topic == Topics.ImportEntity)
        {
            throw new FunctionException(
                $"Shopify refuses the access token of {options.Value.ShopDomain}, as it does once the app is uninstalled. No stock is read or set there. Install the app again or replace the token: the events that wait for {Entities.Shop} then run by themselves.",
                AppUninstalled,
                transient: false,
                failure);
        }

        context.Step($"released {await releaser.ReleaseAsync(Entities.Shop, context.Event.Id.ToString(), cancellationToken)} waiting events");
        return context.Event.Topic == Topics.ImportEntity ? Outcome.Succeeded : Outcome.Ignored("Shopify accepts the access token, so the app is installed.");
    }

    private Outcome CheckLocation(EntityKey location) => locations.Has(Entities.Number(location, Entities.LocationKind))
        ? throw new FunctionException(
            $"Location {location.Id}, whose stock is synchronized, was deactivated at Shopify. Activate it again or name another location in the settings, then dismiss this event.",
            LocationDeactivated,
            transient: false)
        : Outcome.Ignored($"Location {location.Id} is not one whose stock is synchronized.");

    private async Task<Outcome> CheckLinkAsync(EntityKey entity, EventContext context, CancellationToken cancellationToken)
    {
        if (context.Event.Topic == Topics.ImportEntity)
        {
            // The whole catalog is read with far fewer calls than product by product.
            await imports.PostponeMeanwhileAsync(cancellationToken);
            if (await FindLinkedAsync(entity, cancellationToken) is { IsCompared: true } linked)
            {
                context.Step("it was linked meanwhile");
                return await EndAsync(linked, hasStockSet: false, context, cancellationToken);
            }
        }

        for (var round = 1; round <= MaxRounds; round++)
        {
            context.Step($"looking up the SKU of {entity}");
            var found = entity.Kind == Entities.InventoryItemKind
                ? await FindItemAsync(Entities.Number(entity, Entities.InventoryItemKind), context, cancellationToken)
                : await FindProductAsync(Entities.Number(entity, Entities.ProductKind), context, cancellationToken);
            if (found.Broken is not { } broken || await TryUnlinkAsync(found.Known!, found.MayHaveMoved, broken, context, cancellationToken))
            {
                return await LinkAsync(entity, found, context, cancellationToken);
            }

            context.Step($"the product changed during round {round}");
        }

        throw new FunctionException($"The product of {entity} changed during each of {MaxRounds} rounds, so its broken link could not be removed.", "stock/contended", transient: true);
    }

    private async Task<Outcome> LinkAsync(EntityKey entity, Finding found, EventContext context, CancellationToken cancellationToken)
    {
        var isRequest = context.Event.Topic == Topics.ImportEntity;
        if (found is { Broken: null, Known: { IsCompared: true } known } && !isRequest)
        {
            // An attempt that linked the item may have ended before it had the stock set, so a difference counts as new.
            context.Step("the link is as it was");
            return await EndAsync(known, hasStockSet: known.HasDiscrepancy || entity.Kind == Entities.ProductKind, context, cancellationToken);
        }

        await RetryOthersAsync(entity, found, context, cancellationToken);
        if (context.Attempt == 1 && time.GetUtcNow() - context.Event.ReceivedAt > Backlogged)
        {
            await imports.RelieveAsync(cancellationToken);
        }

        try
        {
            var product = await linker.LinkAsync(entity, found.Sku ?? throw found.Refusal!, context, cancellationToken);
            return await EndNewAsync(product, hasStockSet: !isRequest, context, cancellationToken);
        }
        catch (NotLinkedException reason) when (reason.MayBeLag ? found.Broken is not null || IsFirstLook(context) : UnlinkedReasons.IsAmbiguous(reason.Reason) && IsOfOthers(context))
        {
            throw new PostponedException(SearchLag, $"{reason.Message} A search may not know yet what has just changed, so it is asked once more.");
        }
        catch (NotLinkedException reason)
        {
            await RecordAsync(entity, found, reason, context, cancellationToken);
            if (UnlinkedReasons.IsAmbiguous(reason.Reason))
            {
                throw;
            }

            return found.Broken is null ? Outcome.Ignored(reason.Message) : Outcome.Succeeded;
        }
    }

    /// <summary>
    /// Returns whether nothing has been searched yet for an event that waits or for a link that was just removed. Webhooks do not count:
    /// most products that only one system has stay that way.
    /// </summary>
    private static bool IsFirstLook(EventContext context) => context is { Attempt: 1, Event.Source: Topics.ImportSource or Topics.ReconciliationSource };

    /// <summary>Returns whether the import was requested because another product gave up its SKU, and nothing has been searched for yet.</summary>
    private static bool IsOfOthers(EventContext context) => context is { Attempt: 1, Event: { Source: Topics.ImportSource, Topic: Topics.ProductModified } };

    /// <summary>
    /// Has the products linked that share the SKU which this one had, if they are not: with one product less, it may be unique now. Their
    /// own systems do not report that, because nothing about them has changed.
    /// </summary>
    private async Task RetryOthersAsync(EntityKey entity, Finding found, EventContext context, CancellationToken cancellationToken)
    {
        var was = found is { Broken: not null, Known: { } known } ? known.Sku
            : await unlinked.FindAsync(entity, cancellationToken) is { Sku: { } sku } before && UnlinkedReasons.IsAmbiguous(before.Code) ? sku
            : null;
        if (was is null || was == found.Sku)
        {
            return;
        }

        context.Step($"looking for others with the SKU {was}");
        foreach (var id in (await search.FindProductIdsAsync(was, cancellationToken)).Where(id => Entities.Product(id) != entity).Take(MaxOthers))
        {
            if (await catalog.FindAsync(id, cancellationToken) is null)
            {
                context.Step($"product {id} has it too, and is looked up");
                await context.EmitAsync([Change(Topics.ImportSource, Topics.ProductModified, id, context)], cancellationToken);
            }
        }
    }

    private Task<ProductRecord?> FindLinkedAsync(EntityKey entity, CancellationToken cancellationToken) => entity.Kind == Entities.InventoryItemKind
        ? catalog.FindByInventoryItemAsync(Entities.Number(entity, Entities.InventoryItemKind), cancellationToken)
        : catalog.FindAsync(Entities.Number(entity, Entities.ProductKind), cancellationToken);

    /// <summary>
    /// Records why the entity is not linked, for its next events, and releases those that wait for it. A link that still holds is not
    /// affected: an attempt that made it may have ended before it released them and had the stock set.
    /// </summary>
    private async Task RecordAsync(EntityKey entity, Finding found, NotLinkedException reason, EventContext context, CancellationToken cancellationToken)
    {
        context.Step(reason.Message);
        if (found is { Known: { } known, Broken: null } && !await TryUnlinkAsync(entity, known, context, cancellationToken))
        {
            await EndAsync(known, hasStockSet: !known.IsCompared, context, cancellationToken);
            return;
        }

        await unlinked.RecordAsync(entity, reason.Sku ?? found.Sku, reason.Reason, reason.Message, cancellationToken);
        context.Step($"released {await releaser.ReleaseAsync(entity, context.Event.Id.ToString(), cancellationToken)} waiting events");
    }

    /// <summary>
    /// Ends with a link that was made. Events about a product that was known not to be linked have ended, so its stock is set now; those of
    /// other products wait, and set it if they are about Brightpearl's stock.
    /// </summary>
    private async Task<Outcome> EndNewAsync(ProductRecord product, bool hasStockSet, EventContext context, CancellationToken cancellationToken)
    {
        EntityKey[] sides = [Entities.Product(product.ProductId), Entities.InventoryItem(product.InventoryItemId)];
        var known = new List<EntityKey>();
        foreach (var side in sides)
        {
            if (await unlinked.FindAsync(side, cancellationToken) is not null)
            {
                known.Add(side);
            }
        }

        var outcome = await EndAsync(product, hasStockSet || known.Count > 0, context, cancellationToken);

        // Last: an attempt that ends before this one does so once more.
        foreach (var side in known)
        {
            await unlinked.ForgetAsync(side, cancellationToken);
        }

        return outcome;
    }

    private async Task<Finding> FindItemAsync(long itemId, EventContext context, CancellationToken cancellationToken)
    {
        var known = await catalog.FindByInventoryItemAsync(itemId, cancellationToken);
        var item = await shopify.GetItemAsync(itemId, context, cancellationToken);
        var refusal = LinkRefusals.Of(itemId, item);
        return new Finding(known, known?.WhyBroken(item), refusal is null ? item!.Sku : null, refusal) { MayHaveMoved = item is not null };
    }

    private async Task<Finding> FindProductAsync(long productId, EventContext context, CancellationToken cancellationToken)
    {
        var known = await catalog.FindAsync(productId, cancellationToken);
        var product = await brightpearl.GetProductAsync(productId, context, cancellationToken);
        var refusal = LinkRefusals.Of(productId, product);
        return new Finding(known, known?.WhyBroken(product), refusal is null ? product!.Sku : null, refusal);
    }

    /// <summary>Removes a link that holds on the entity's side if it is broken on the other; returns false if it holds there too, or changed meanwhile.</summary>
    private async Task<bool> TryUnlinkAsync(EntityKey entity, ProductRecord known, EventContext context, CancellationToken cancellationToken)
    {
        var isItem = entity.Kind == Entities.InventoryItemKind;
        var broken = isItem
            ? known.WhyBroken(await brightpearl.GetProductAsync(known.ProductId, context, cancellationToken))
            : known.WhyBroken(await shopify.GetItemAsync(known.InventoryItemId, context, cancellationToken));
        return broken is not null && await TryUnlinkAsync(known, mayHaveMoved: isItem, broken, context, cancellationToken);
    }

    /// <summary>Removes a broken link; returns false if anything else changed the product meanwhile.</summary>
    private async Task<bool> TryUnlinkAsync(ProductRecord product, bool mayHaveMoved, string broken, EventContext context, CancellationToken cancellationToken)
    {
        context.Step(broken);
        if (mayHaveMoved)
        {
            await context.EmitAsync([Change(Topics.ImportSource, Topics.ProductModified, product.ProductId, context)], cancellationToken);
        }

        if (!await catalog.TryUnlinkAsync(product, cancellationToken))
        {
            return false;
        }

        context.Step($"product {product.ProductId} is no longer linked");
        return true;
    }

    /// <summary>
    /// Releases the events that wait for the product. A webhook of a shop system also has the stock set: after a change of the product
    /// at Brightpearl, and if an item has become linked.
    /// </summary>
    private async Task<Outcome> EndAsync(ProductRecord product, bool hasStockSet, EventContext context, CancellationToken cancellationToken)
    {
        var by = context.Event.Id.ToString();
        var released = await releaser.ReleaseAsync(Entities.Product(product.ProductId), by, cancellationToken)
            + await releaser.ReleaseAsync(Entities.InventoryItem(product.InventoryItemId), by, cancellationToken);
        context.Step($"released {released} waiting events");
        if (hasStockSet)
        {
            await context.EmitAsync([Change(Topics.FanOutSource, Topics.OnHandModified, product.ProductId, context)], cancellationToken);
            context.Step("stock sync sent");
        }

        return Outcome.Succeeded;
    }

    private Delivery Change(string source, string topic, long productId, EventContext context) =>
        ProductEvents.Compose(source, account.Value.Account, topic, productId, context, time.GetUtcNow());

    /// <summary>What one system has.</summary>
    /// <param name="Known">The product in the catalog; null if it is not linked.</param>
    /// <param name="Broken">Why the link in the catalog is broken; null if it is not.</param>
    /// <param name="Sku">The SKU by which to link.</param>
    /// <param name="Refusal">Why there is nothing to link, if the SKU is null.</param>
    private sealed record Finding(ProductRecord? Known, string? Broken, string? Sku, NotLinkedException? Refusal)
    {
        /// <summary>Whether the SKU of the known product may be on another item now.</summary>
        public bool MayHaveMoved { get; init; }
    }
}
