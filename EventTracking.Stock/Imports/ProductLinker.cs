using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Imports;

/// <summary>
/// Links a product of both systems by its SKU. A SKU that is found more than once is refused with a list of what was found, because
/// guessing would mix up the stock of two products.
/// </summary>
internal sealed class ProductLinker(
    ProductCatalog catalog,
    BrightpearlClient brightpearl,
    BrightpearlReads brightpearlReads,
    ShopifyClient shopify,
    ShopifyReads shopifyReads,
    ProductRules rules,
    IOptions<BrightpearlOptions> account,
    TimeProvider time)
{
    private const int MaxRounds = 5;

    /// <summary>Links the product that has the SKU in both systems.</summary>
    /// <param name="entity">The product or the inventory item that is known to have the SKU.</param>
    /// <param name="sku">The SKU.</param>
    /// <param name="context">The event.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <exception cref="NotLinkedException">One of the systems does not have the SKU or has it more than once, or does not track its stock.</exception>
    public async Task<ProductRecord> LinkAsync(EntityKey entity, string sku, EventContext context, CancellationToken cancellationToken)
    {
        context.Step($"looking for the SKU {sku} in both systems");
        var item = await FindItemAsync(entity, sku, context, cancellationToken);
        var productId = await FindProductIdAsync(entity, sku, context, cancellationToken);
        context.Step($"matched: product {productId}, inventory item {item.Id}");
        if (rules.WhyExcluded(productId, sku) is { } excluded)
        {
            throw new NotLinkedException(excluded, UnlinkedReasons.Excluded, sku);
        }

        if (await catalog.FindByInventoryItemAsync(item.Id, cancellationToken) is { } owner && owner.ProductId != productId)
        {
            // Emit the event first: a crash in between would leave the former owner without a link and without anybody who knows.
            context.Step($"inventory item {item.Id} was linked to product {owner.ProductId}, which is looked up again");
            await context.EmitAsync([ProductEvents.Compose(Topics.ImportSource, account.Value.Account, Topics.ProductModified, owner.ProductId, context, time.GetUtcNow())], cancellationToken);
        }

        var before = await catalog.FindAsync(productId, cancellationToken);
        var product = await ReadFirstAsync(await catalog.LinkAsync(productId, sku, item.Id, cancellationToken), context, cancellationToken);
        if (context.Event.Topic == Topics.ImportEntity && before is not null && (before.InventoryItemId != item.Id || before.HasDiscrepancy))
        {
            // What waits for the item may only observe its level, but the item has the stock of another product. A difference means that an attempt ended before this.
            await context.EmitAsync([ProductEvents.Compose(Topics.FanOutSource, account.Value.Account, Topics.OnHandModified, productId, context, time.GetUtcNow())], cancellationToken);
        }

        return product;
    }

    private async Task<ShopifyItem> FindItemAsync(EntityKey entity, string sku, EventContext context, CancellationToken cancellationToken)
    {
        var found = (await shopify.FindItemsAsync(sku, cancellationToken)).DistinctBy(item => item.Id).ToList();
        if (entity.Kind == Entities.InventoryItemKind && Entities.Number(entity, Entities.InventoryItemKind) is var id && !found.Exists(item => item.Id == id)
            && await shopifyReads.GetItemAsync(id, context, cancellationToken) is { } asked && asked.Sku == sku)
        {
            // Shopify's search lags behind its changes, and this item is known to have the SKU.
            found.Add(asked);
        }

        var single = LinkRefusals.SingleAtShopify(found, sku, item => item.Id);
        return LinkRefusals.Of(single.Id, single) is { } refusal ? throw refusal : single;
    }

    private async Task<long> FindProductIdAsync(EntityKey entity, string sku, EventContext context, CancellationToken cancellationToken)
    {
        // Brightpearl's search lags as well: it may not find the product that was looked up, which is known to have the SKU, and may
        // find one that no longer has it. Nor does it tell bundles. So what it finds is read.
        long? known = entity.Kind == Entities.ProductKind ? Entities.Number(entity, Entities.ProductKind) : null;
        var others = (await brightpearl.FindProductIdsAsync(sku, cancellationToken)).Where(id => id != known).ToList();
        var read = others is [var other]
            ? await brightpearlReads.GetProductAsync(other, context, cancellationToken) is { } product ? [product] : []
            : (await brightpearl.GetProductsAsync(others, cancellationToken)).Values.Select(reading => reading.Require()).ToList();
        var found = read.Where(product => product.Sku == sku).ToList();
        if (known is null && found is [var only] && LinkRefusals.Of(only.Id, only) is { } refusal)
        {
            throw refusal;
        }

        return LinkRefusals.SingleAtBrightpearl([.. known is { } id ? [id] : Array.Empty<long>(), .. found.Select(product => product.Id)], sku);
    }

    /// <summary>
    /// Stores the first reading of both quantities, so that a product that already differs is reported at once. A link whose quantities
    /// are not known shows no discrepancy, so nobody would ever correct it: the import fails until they are. What changes the product
    /// meanwhile may have read one side only, such as an observed level, so both are read again.
    /// </summary>
    private async Task<ProductRecord> ReadFirstAsync(ProductRecord linked, EventContext context, CancellationToken cancellationToken)
    {
        var product = linked;
        for (var round = 1; round <= MaxRounds; round++)
        {
            if (await catalog.TryStoreAsync(await ReadAsync(product, context, cancellationToken), cancellationToken) is { } stored)
            {
                context.Step("linked");
                return stored;
            }

            if (await catalog.FindAsync(linked.ProductId, cancellationToken) is not { } changed)
            {
                context.Step("linked, but another product has the item now");
                return linked;
            }

            product = changed;
        }

        throw new FunctionException($"Product {linked.ProductId} is linked, but it changed during each of {MaxRounds} readings of both sides.", "stock/contended", transient: true);
    }

    private async Task<ProductRecord> ReadAsync(ProductRecord product, EventContext context, CancellationToken cancellationToken)
    {
        var levelReadAt = time.GetUtcNow();
        var item = await shopifyReads.GetItemAsync(product.InventoryItemId, context, cancellationToken);
        var availabilityReadAt = time.GetUtcNow();
        var availability = await brightpearlReads.GetAvailabilityAsync(product.ProductId, context, cancellationToken);
        var isWhole = product.WhyBroken(item) is null;
        return product.WithLocations(location => location with
        {
            Shopify = !isWhole ? location.Shopify : shopify.FindLevel(item!, location.LocationId, location.HadLevel) is { } level ? new Reading(level.Available, levelReadAt) : null,
            Brightpearl = availability is null ? location.Brightpearl : new Reading(availability.Locations[location.LocationId].OnHand, availabilityReadAt),
        });
    }
}
