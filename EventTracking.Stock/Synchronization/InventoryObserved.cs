using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Access;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Synchronization;

/// <summary>
/// Stores Shopify's levels after one changed there. The quantity in the webhook is not a snapshot and is outdated after a retry, so the
/// levels are read now, at all configured locations, which costs no more than one. They are read even if the webhook is about another
/// location, because the run may stand for several events of the item. Brightpearl is the master: a difference remains a discrepancy until reconciliation
/// corrects it.
/// </summary>
internal sealed class InventoryObserved(
    ProductCatalog catalog, UnlinkedCatalog unlinked, ShopifyReads reads, ShopifyClient shopify, StockLocations locations, IOptions<BrightpearlOptions> brightpearl, TimeProvider time)
    : ShopifyFunction<InventoryLevelMessage>
{
    private const int MaxRounds = 5;

    protected override bool IsNotification => true;

    protected override InventoryLevelMessage ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload.ReadJson(StockJson.Default.InventoryLevelMessage) switch
    {
        { InventoryItemId: > 0 } message => message,
        var other => throw new FunctionException($"The payload's inventory_item_id must be greater than 0, but is {other.InventoryItemId}.", "payload/no-entity", transient: false),
    };

    protected override async Task<Outcome> RunAsync(InventoryLevelMessage message, EventContext context, CancellationToken cancellationToken)
    {
        for (var round = 1; round <= MaxRounds; round++)
        {
            if (await catalog.FindByInventoryItemAsync(message.InventoryItemId, cancellationToken) is not { } product)
            {
                // Shopify sends this also for each level of an item that is deleted, and then no import would ever find the item.
                return context.Event.Topic == Topics.InventoryLevelsDisconnect
                    ? Outcome.Ignored($"No product is linked to inventory item {message.InventoryItemId}.")
                    : await unlinked.EndOrWaitAsync(Entities.InventoryItem(message.InventoryItemId), context, cancellationToken);
            }

            if (await ObserveAsync(product, message.LocationId, context, cancellationToken) is { } outcome)
            {
                return outcome;
            }

            context.Step($"the product changed during round {round}");
        }

        throw new FunctionException($"The product of inventory item {message.InventoryItemId} changed during each of {MaxRounds} rounds, so Shopify's level could not be stored.", "stock/contended", transient: true);
    }

    /// <summary>Runs one round. Returns null if anything else changed the catalog's record of the product meanwhile.</summary>
    private async Task<Outcome?> ObserveAsync(ProductRecord product, long? observed, EventContext context, CancellationToken cancellationToken)
    {
        context.Step("reading Shopify's level");
        var readAt = time.GetUtcNow();
        var item = await reads.GetItemAsync(product.InventoryItemId, context, cancellationToken);
        if (product.WhyBroken(item) is { } broken)
        {
            return await UnlinkAsync(product, item, broken, context, cancellationToken);
        }

        var isRemoval = context.Event.Topic == Topics.InventoryLevelsDisconnect;
        var read = product.WithLocations(location => location with
        {
            // The run may stand for removals at other locations too.
            Shopify = (isRemoval ? item!.Levels.GetValueOrDefault(location.LocationId) : shopify.FindLevel(item!, location.LocationId, location.HadLevel)) is { } level ? new Reading(level.Available, readAt) : null,
        });
        context.Step(string.Join("; ", read.Locations.Select(location => locations.NameOf(location.LocationId) + (location.Shopify is { } now ? $"{now.Quantity} available" : "no level"))));
        if (await catalog.TryStoreAsync(read, cancellationToken) is not { } stored)
        {
            return null;
        }

        if (observed is { } other && !locations.Has(other))
        {
            return Outcome.Ignored($"Location {other} is not one whose stock is synchronized.");
        }

        // Without the location in the payload, the event is about any of them.
        var about = stored.Locations.Where(location => observed is null || location.LocationId == observed).ToList();
        if (about.TrueForAll(location => location.Shopify is null))
        {
            return Outcome.Ignored($"Inventory item {product.InventoryItemId} is no longer stocked at location {string.Join(", ", about.Select(location => location.LocationId))}.");
        }

        foreach (var location in stored.Locations.Where(location => location.HasDiscrepancy))
        {
            context.Step($"{locations.NameOf(location.LocationId)}differs from Brightpearl, which has {location.Brightpearl!.Value.Quantity}");
        }

        return Outcome.Succeeded;
    }

    /// <summary>An item with another SKU may belong to another product now, and its former product to another item. Both are looked up.</summary>
    private async Task<Outcome?> UnlinkAsync(ProductRecord product, ShopifyItem? item, string broken, EventContext context, CancellationToken cancellationToken)
    {
        context.Step(broken);

        // Emit the event first: a crash in between would leave the former product without a link and without anybody who knows.
        await context.EmitAsync([ProductEvents.Compose(Topics.ImportSource, brightpearl.Value.Account, Topics.ProductModified, product.ProductId, context, time.GetUtcNow())], cancellationToken);
        return (await catalog.TryUnlinkAsync(product, cancellationToken), item) switch
        {
            (false, _) => null,
            (true, null) => Outcome.Ignored($"{broken} Product {product.ProductId} is no longer linked."),
            _ => Outcome.WaitFor(Entities.InventoryItem(product.InventoryItemId)),
        };
    }
}
