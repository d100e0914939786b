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
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Imports;

/// <summary>
/// Brings the link of a product to what both systems have now, starting from either system, and releases all events that waited for
/// it. Events that wait request it; webhooks about products and items, and the refresh, check the link before they have it made
/// anew. An import that cannot link fails with the reason, because something waits for it. A webhook then ends as ignored, unless it
/// has removed a link: most products that one system has and the other does not are that way on purpose.
/// </summary>
internal sealed class ProductImport(
    ProductCatalog catalog,
    ProductLinker linker,
    BrightpearlWebhooks webhooks,
    BrightpearlReads brightpearl,
    BrightpearlLimit limit,
    ShopifyReads shopify,
    ShopAccess access,
    DependencyReleaser releaser,
    IOptions<ShopifyOptions> options,
    IOptions<BrightpearlOptions> account,
    TimeProvider time) : ShopifyFunction<EntityKey>
{
    protected override bool IsNotification => true;

    protected override TimeSpan ReadyIn => limit.ReadyIn;

    protected override EntityKey ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload switch
    {
        { Topic: Topics.ImportEntity } => EntityOf(payload.ReadJson(StockJson.Default.ImportRequest)),
        { Topic: Topics.AppUninstalled } => Entities.Shop,
        { Topic: Topics.LocationsDeactivate } => Entities.Location(IdOf(payload)),
        { Source: Topics.Shopify } => Entities.InventoryItem(IdOf(payload)),
        _ => Entities.Product(Entities.Number(metadata.Entity ?? webhooks.Read(payload.Headers, payload.Body).Entity, Entities.ProductKind)),
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

    private static long IdOf(PayloadRecord payload) => payload.ReadJson(StockJson.Default.ShopifyIdMessage).Id is > 0 and var id
        ? id
        : throw new FunctionException("The payload's id must be greater than 0.", "payload/no-entity", transient: false);

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
                "shopify/app-uninstalled",
                transient: false,
                failure);
        }

        context.Step($"released {await releaser.ReleaseAsync(Entities.Shop, context.Event.Id.ToString(), cancellationToken)} waiting events");
        return context.Event.Topic == Topics.ImportEntity ? Outcome.Succeeded : Outcome.Ignored("Shopify accepts the access token, so the app is installed.");
    }

    private Outcome CheckLocation(EntityKey location) => location == Entities.Location(options.Value.LocationId)
        ? throw new FunctionException(
            $"Location {location.Id}, whose stock is synchronized, was deactivated at Shopify. Activate it again or set Shopify:LocationId to another location, then dismiss this event.",
            "shopify/location-deactivated",
            transient: false)
        : Outcome.Ignored($"Location {location.Id} is not the one whose stock is synchronized.");

    private async Task<Outcome> CheckLinkAsync(EntityKey entity, EventContext context, CancellationToken cancellationToken)
    {
        var isRequest = context.Event.Topic == Topics.ImportEntity;
        context.Step($"looking up the SKU of {entity}");
        var found = entity.Kind == Entities.InventoryItemKind
            ? await FindItemAsync(Entities.Number(entity, Entities.InventoryItemKind), context, cancellationToken)
            : await FindProductAsync(Entities.Number(entity, Entities.ProductKind), context, cancellationToken);
        if (found.Broken is { } broken)
        {
            await UnlinkAsync(entity, found, broken, context, cancellationToken);
        }
        else if (found.Known is { Brightpearl: not null, Shopify: not null } known && !isRequest)
        {
            // An attempt that linked the item may have ended before it had the stock set, so a difference counts as new.
            context.Step("the link is as it was");
            return await EndAsync(known, isNew: known.HasDiscrepancy, entity, context, cancellationToken);
        }

        try
        {
            var product = await linker.LinkAsync(entity, found.Sku ?? throw found.Refusal!, context, cancellationToken);
            return await EndAsync(product, isNew: true, entity, context, cancellationToken);
        }
        catch (NotLinkedException reason) when (!isRequest)
        {
            context.Step(reason.Message);
            return found.Broken is null ? Outcome.Ignored(reason.Message) : Outcome.Succeeded;
        }
    }

    private async Task<Finding> FindItemAsync(long itemId, EventContext context, CancellationToken cancellationToken)
    {
        var known = await catalog.FindByInventoryItemAsync(itemId, cancellationToken);
        var item = await shopify.GetItemAsync(itemId, context, cancellationToken);
        var refusal = item switch
        {
            { Sku: null } or null => new NotLinkedException($"Inventory item {itemId} does not exist in Shopify, or has no SKU.", "import/no-sku-at-shopify"),
            { Tracked: false } => ProductLinker.NotTracked(item),
            _ => null,
        };
        return new Finding(known, known?.WhyBroken(item), refusal is null ? item!.Sku : null, refusal) { MayHaveMoved = item is not null };
    }

    private async Task<Finding> FindProductAsync(long productId, EventContext context, CancellationToken cancellationToken)
    {
        var known = await catalog.FindAsync(productId, cancellationToken);
        var product = await brightpearl.GetProductAsync(productId, context, cancellationToken);
        var refusal = product switch
        {
            null => new NotLinkedException($"Brightpearl has no product {productId}.", "import/no-product-at-brightpearl"),
            { Bundle: true } => new NotLinkedException($"Product {productId} is a bundle, whose stock Brightpearl computes from its parts. Bundles are not synchronized.", "import/bundle"),
            { StockTracked: false } => new NotLinkedException($"Brightpearl does not track the stock of product {productId}.", "import/not-stock-tracked"),
            { Sku: null } => new NotLinkedException($"Product {productId} has no SKU in Brightpearl.", "import/no-sku-at-brightpearl"),
            _ => null,
        };
        return new Finding(known, known?.WhyBroken(product), refusal is null ? product!.Sku : null, refusal);
    }

    private async Task UnlinkAsync(EntityKey entity, Finding found, string broken, EventContext context, CancellationToken cancellationToken)
    {
        context.Step(broken);
        if (found.MayHaveMoved)
        {
            await context.EmitAsync([Change(Topics.ImportSource, Topics.ProductModified, found.Known!.ProductId, context)], cancellationToken);
        }

        if (!await catalog.TryUnlinkAsync(found.Known!, cancellationToken))
        {
            throw new FunctionException($"The product of {entity} changed while its link was checked.", "stock/contended", transient: true);
        }

        context.Step($"product {found.Known!.ProductId} is no longer linked");
    }

    /// <summary>
    /// Releases the events that wait for the product. A webhook of a shop system also has the stock set: after a change of the product
    /// at Brightpearl, and if an item has become linked. What an import finds is left to the events that wait for it.
    /// </summary>
    private async Task<Outcome> EndAsync(ProductRecord product, bool isNew, EntityKey entity, EventContext context, CancellationToken cancellationToken)
    {
        var by = context.Event.Id.ToString();
        var released = await releaser.ReleaseAsync(Entities.Product(product.ProductId), by, cancellationToken)
            + await releaser.ReleaseAsync(Entities.InventoryItem(product.InventoryItemId), by, cancellationToken);
        context.Step($"released {released} waiting events");
        if (context.Event.Topic != Topics.ImportEntity && (isNew || entity.Kind == Entities.ProductKind))
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
