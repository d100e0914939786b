using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Access;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Observability;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Synchronization;

/// <summary>
/// Sets Shopify's <c>available</c> to what Brightpearl can sell. The event only notifies of a change, so both quantities are read
/// now. The order matters: the product's version, with which the catalog compares, is read first, then Shopify's level, with which
/// the write compares, and then Brightpearl's quantity. If anything else writes in between (another sync, an order, a merchant, an
/// import), a comparison is stale and all are read again. Without a clock, each round of several that race lets one succeed. The
/// events of a batch share their calls: one to each side to read, and one to write.
/// </summary>
internal sealed class StockSync(
    ProductCatalog catalog,
    UnlinkedCatalog unlinked,
    ProductRules rules,
    BrightpearlWebhooks webhooks,
    BrightpearlReads brightpearl,
    BrightpearlLimit limit,
    ShopifyReads reads,
    ShopifyClient shopify,
    IOptions<ShopifyOptions> options,
    StockMetrics metrics,
    TimeProvider time)
    : ShopifyFunction<long>
{
    private const int MaxRounds = 5;

    /// <summary>Shopify's code for an item whose quantities nobody can set.</summary>
    private const string Bundle = "shopify/non_mutable_inventory_item";

    /// <summary>Shopify's history has one reference for all rows of a call, so it names the first event. The key has the cause of each row.</summary>
    private readonly SharedCall<(EventId By, ShopifyChange Change), ShopifyRowResult> writes = new((rows, cancellationToken) =>
        shopify.SetAvailableAsync([.. rows.Select(row => row.Change)], $"gid://event-tracking/Event/{rows[0].By}", cancellationToken));

    protected override bool IsNotification => true;

    protected override TimeSpan ReadyIn => limit.ReadyFor(calls: 1);

    protected override double? ReplaysPerSecond => limit.QuarterFor(calls: 1);

    protected override long ReadMessage(PayloadRecord payload, EventMetadata metadata) =>
        Entities.Number(metadata.Entity ?? webhooks.Read(payload.Headers, payload.Body).Entity, Entities.ProductKind);

    protected override async Task<Outcome> RunAsync(long productId, EventContext context, CancellationToken cancellationToken)
    {
        for (var round = 1; round <= MaxRounds; round++)
        {
            if (await catalog.FindAsync(productId, cancellationToken) is not { } product)
            {
                return await unlinked.EndOrWaitAsync(Entities.Product(productId), context, cancellationToken);
            }

            if (await (rules.WhyExcluded(productId, product.Sku) is { } excluded ? ExcludeAsync(product, excluded, cancellationToken) : SyncAsync(product, round, context, cancellationToken)) is { } outcome)
            {
                return outcome;
            }

            context.Step($"round {round} was stale");
        }

        throw new FunctionException($"Product {productId} or its stock changed during each of {MaxRounds} rounds, so Shopify's quantity could not be set.", "stock/contended", transient: true);
    }

    /// <summary>Runs one round. Returns null if anything else changed the level or the catalog's record of the product meanwhile.</summary>
    private async Task<Outcome?> SyncAsync(ProductRecord product, int round, EventContext context, CancellationToken cancellationToken)
    {
        context.Step("reading Shopify's level");
        var levelReadAt = time.GetUtcNow();
        var item = await reads.GetItemAsync(product.InventoryItemId, context, cancellationToken);
        if (product.WhyBroken(item) is { } broken)
        {
            context.Step(broken);
            return await catalog.TryUnlinkAsync(product, cancellationToken) ? Outcome.WaitFor(Entities.Product(product.ProductId)) : null;
        }

        if (shopify.FindLevel(item!) is not { } level)
        {
            return NotStocked(product);
        }

        context.Step($"{level.Available} available, {level.Committed} committed; reading Brightpearl's availability");
        var availabilityReadAt = time.GetUtcNow();
        if (await brightpearl.GetAvailabilityAsync(product.ProductId, context, cancellationToken) is not { } availability)
        {
            throw new FunctionException($"Brightpearl does not track the stock of product {product.ProductId} ({product.Sku}).", "brightpearl/not-stock-tracked", transient: false);
        }

        context.Step($"{availability.OnHand} on hand, {availability.Allocated} allocated");
        var read = product with { Brightpearl = new Reading(availability.OnHand, availabilityReadAt), Shopify = new Reading(level.Available, levelReadAt) };
        if (await catalog.TryStoreAsync(read, cancellationToken) is not { } stored)
        {
            // What changed the product may be newer and may not write to Shopify, such as an import, so this run reads again.
            return null;
        }

        var sellable = Sellable.Target(level, availability);
        var target = sellable - rules.HeldBack(product.ProductId, product.Sku, sellable);
        if (target == level.Available)
        {
            context.Step($"already {target}");
            return Outcome.Succeeded;
        }

        context.Step($"setting available from {level.Available} to {target}");
        var change = new ShopifyChange(product.InventoryItemId, options.Value.LocationId, target, item!.Level?.Available, $"{context.Event.Id}/{context.Attempt}/{round}");
        var writtenAt = time.GetUtcNow();
        switch (await writes.RunAsync((context.Event.Id, change), context, cancellationToken))
        {
            case ShopifyRowResult.Stale:
                return null;
            case ShopifyRowResult.NotStocked:
                return NotStocked(product);
            case ShopifyRowResult.Refused { Failure: ConnectorException { Code: Bundle } }:
                return Outcome.Ignored($"Inventory item {product.InventoryItemId} ({product.Sku}) is a bundle in Shopify, which computes its stock from its parts.");
            case ShopifyRowResult.Refused refused:
                throw refused.Failure;
        }

        context.Step("set");
        if (context.Event.Source == Topics.ReconciliationSource)
        {
            metrics.DriftCorrected();
        }

        // Shopify's comparison does not notice a quantity that changed and changed back, but the product's version shows it.
        return await catalog.TryStoreAsync(stored with { Shopify = new Reading(target, writtenAt) }, cancellationToken) is null ? null : Outcome.Succeeded;
    }

    /// <summary>Removes the link of a product that the settings exclude since it was linked. Returns null if anything else changed the product meanwhile.</summary>
    private async Task<Outcome?> ExcludeAsync(ProductRecord product, string excluded, CancellationToken cancellationToken)
    {
        if (!await catalog.TryUnlinkAsync(product, cancellationToken))
        {
            return null;
        }

        await unlinked.RecordAsync(Entities.Product(product.ProductId), product.Sku, UnlinkedReasons.Excluded, excluded, cancellationToken);
        return Outcome.Ignored(excluded);
    }

    // Stocking the item there is the merchant's decision. Shopify says so when it is made, and reconciliation brings the quantity.
    private static Outcome NotStocked(ProductRecord product) =>
        Outcome.Ignored($"Inventory item {product.InventoryItemId} ({product.Sku}) is not stocked at location {product.LocationId}.");
}
