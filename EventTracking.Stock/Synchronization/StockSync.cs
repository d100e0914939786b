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

namespace EventTracking.Stock.Synchronization;

/// <summary>
/// Sets Shopify's <c>available</c> at each location to what the warehouses that feed it can sell. The event only notifies of a change, so both quantities are read
/// now. The order matters: the product's version, with which the catalog compares, is read first, then Shopify's levels, with which
/// the write compares, and then Brightpearl's quantities. If anything else writes in between (another sync, an order, a merchant, an
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
    StockLocations locations,
    StockMetrics metrics,
    TimeProvider time)
    : ShopifyFunction<long>
{
    private const int MaxRounds = 5;

    /// <summary>Shopify's code for an item whose quantities nobody can set.</summary>
    private const string Bundle = "shopify/non_mutable_inventory_item";

    /// <summary>Shopify's history has one reference for all rows of a call, so it names the first event. The key has the cause of each row.</summary>
    private readonly SharedCall<(EventId By, List<ShopifyChange> Changes), List<ShopifyRowResult>> writes = new(async (products, cancellationToken) =>
    {
        var results = await shopify.SetAvailableAsync([.. products.SelectMany(product => product.Changes)], $"gid://event-tracking/Event/{products[0].By}", cancellationToken);
        var row = 0;
        return [.. products.Select(product => product.Changes.ConvertAll(_ => results[row++]))];
    });

    protected override bool IsNotification => true;

    protected override TimeSpan ReadyIn => limit.ReadyFor(calls: 1);

    protected override double? ReplaysPerSecond => limit.QuarterFor(calls: 1);

    protected override long ReadMessage(PayloadRecord payload, EventMetadata metadata) =>
        Entities.Number(metadata.Entity ?? webhooks.ReadEntity(payload), Entities.ProductKind);

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

    /// <summary>Runs one round. Returns null if anything else changed a level or the catalog's record of the product meanwhile.</summary>
    private async Task<Outcome?> SyncAsync(ProductRecord product, int round, EventContext context, CancellationToken cancellationToken)
    {
        context.Step("reading Shopify's level");
        var levelReadAt = time.GetUtcNow();
        var item = await GetItemAsync(product, context, cancellationToken);
        if (product.WhyBroken(item) is { } broken)
        {
            context.Step(broken);
            return await catalog.TryUnlinkAsync(product, cancellationToken) ? Outcome.WaitFor(Entities.Product(product.ProductId)) : null;
        }

        var levels = LevelsOf(item!, product);
        if (levels.Count == 0)
        {
            return NotStocked(product);
        }

        context.Step($"{Each(levels, level => $"{level.Available} available, {level.Committed} committed")}; reading Brightpearl's availability");
        var availabilityReadAt = time.GetUtcNow();
        if (await brightpearl.GetAvailabilityAsync(product.ProductId, context, cancellationToken) is not { } availability)
        {
            throw new FunctionException($"Brightpearl does not track the stock of product {product.ProductId} ({product.Sku}).", "brightpearl/not-stock-tracked", transient: false);
        }

        context.Step(Each(availability.Locations, stock => $"{stock.OnHand} on hand, {stock.Allocated} allocated"));
        var read = product.WithLocations(location => location with
        {
            Brightpearl = new Reading(availability.Locations[location.LocationId].OnHand, availabilityReadAt),
            Shopify = levels.TryGetValue(location.LocationId, out var level) ? new Reading(level.Available, levelReadAt) : null,
        });
        if (await catalog.TryStoreAsync(read, cancellationToken) is not { } stored)
        {
            // What changed the product may be newer and may not write to Shopify, such as an import, so this run reads again.
            return null;
        }

        var targets = levels.ToDictionary(level => level.Key, level => TargetOf(product, level.Value, availability.Locations[level.Key]));
        List<ShopifyChange> changes = [.. targets.Where(target => target.Value != levels[target.Key].Available).Select(target => new ShopifyChange(
            product.InventoryItemId, target.Key, target.Value, item!.Levels.GetValueOrDefault(target.Key)?.Available, $"{context.Event.Id}/{context.Attempt}/{round}"))];
        if (changes.Count == 0)
        {
            context.Step(Each(targets, target => $"already {target}"));
            return Outcome.Succeeded;
        }

        context.Step(Each(changes.ToDictionary(change => change.LocationId), change => $"setting available from {levels[change.LocationId].Available} to {change.Quantity}"));
        var writtenAt = time.GetUtcNow();
        var results = await writes.RunAsync((context.Event.Id, changes), context, cancellationToken);
        return await EndAsync(stored, [.. changes.Zip(results)], writtenAt, context, cancellationToken);
    }

    /// <summary>
    /// Reads Shopify's level. If Shopify does not respond, the first attempt stores what Brightpearl has: it is what the event is about, and the
    /// product would otherwise show no difference for as long as Shopify is down.
    /// </summary>
    private async Task<ShopifyItem?> GetItemAsync(ProductRecord product, EventContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await reads.GetItemAsync(product.InventoryItemId, context, cancellationToken);
        }
        catch (ConnectorException) when (context.Attempt == 1)
        {
            await StoreAvailabilityAsync(product, context, cancellationToken);
            throw;
        }
    }

    private async Task StoreAvailabilityAsync(ProductRecord product, EventContext context, CancellationToken cancellationToken)
    {
        try
        {
            context.Step("Shopify's level could not be read; reading Brightpearl's availability");
            var readAt = time.GetUtcNow();
            if (await brightpearl.GetAvailabilityAsync(product.ProductId, context, cancellationToken) is { } availability)
            {
                // Where Shopify's level is not known there is nothing to compare.
                var read = product.WithLocations(location => location.Shopify is null ? location : location with { Brightpearl = new Reading(availability.Locations[location.LocationId].OnHand, readAt) });
                await catalog.TryStoreAsync(read, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is ConnectorException or PostponedException)
        {
            context.Step("Brightpearl's availability could not be read either");
        }
    }

    /// <summary>
    /// Stores what was set, and decides what became of the rest: each row has a result of its own, and what is wrong at one location keeps
    /// no other from its quantity. Stale ones are read again before a refusal ends the attempt.
    /// </summary>
    private async Task<Outcome?> EndAsync(ProductRecord stored, List<(ShopifyChange Change, ShopifyRowResult Result)> rows, DateTimeOffset writtenAt, EventContext context, CancellationToken cancellationToken)
    {
        var set = rows.Where(row => row.Result is ShopifyRowResult.Set).ToDictionary(row => row.Change.LocationId, row => new Reading(row.Change.Quantity, writtenAt));
        if (set.Count > 0)
        {
            context.Step(Each(set, _ => "set"));
            if (context.Event.Source == Topics.ReconciliationSource)
            {
                metrics.DriftCorrected();
            }

            // Shopify's comparison does not notice a quantity that changed and changed back, but the product's version shows it.
            if (await catalog.TryStoreAsync(stored.WithLocations(location => set.TryGetValue(location.LocationId, out var reading) ? location with { Shopify = reading } : location), cancellationToken) is null)
            {
                return null;
            }
        }

        if (rows.Exists(row => row.Result is ShopifyRowResult.Stale))
        {
            return null;
        }

        var failures = rows.Select(row => row.Result).OfType<ShopifyRowResult.Refused>().Select(refused => refused.Failure).ToList();
        if (failures.Exists(failure => failure is ConnectorException { Code: Bundle }))
        {
            return Outcome.Ignored($"Inventory item {stored.InventoryItemId} ({stored.Sku}) is a bundle in Shopify, which computes its stock from its parts.");
        }

        if (failures.Count > 0)
        {
            throw failures[0];
        }

        List<long> notStocked = [.. rows.Where(row => row.Result is ShopifyRowResult.NotStocked).Select(row => row.Change.LocationId)];
        if (notStocked.Count == 0)
        {
            return Outcome.Succeeded;
        }

        context.Step($"not stocked at {string.Join(", ", notStocked)}");
        return notStocked.Count == rows.Count ? NotStocked(stored) : Outcome.Succeeded;
    }

    /// <summary>The levels at which a quantity can be set, by location.</summary>
    private Dictionary<long, ShopifyLevel> LevelsOf(ShopifyItem item, ProductRecord product)
    {
        var levels = new Dictionary<long, ShopifyLevel>();
        foreach (var location in product.Locations)
        {
            if (shopify.FindLevel(item, location.LocationId, location.HadLevel) is { } level)
            {
                levels[location.LocationId] = level;
            }
        }

        return levels;
    }

    /// <summary>The safety stock is held back at each location: each of them could be the one that sells the last piece.</summary>
    private int TargetOf(ProductRecord product, ShopifyLevel level, BrightpearlAvailability availability)
    {
        var sellable = Sellable.Target(level, availability);
        return sellable - rules.HeldBack(product.ProductId, product.Sku, sellable);
    }

    private string Each<T>(IReadOnlyDictionary<long, T> values, Func<T, string> describe) => string.Join("; ", values.Select(value => locations.NameOf(value.Key) + describe(value.Value)));

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
    private Outcome NotStocked(ProductRecord product) =>
        Outcome.Ignored($"Inventory item {product.InventoryItemId} ({product.Sku}) is not stocked at location {string.Join(", ", locations.All.Select(location => location.Id))}.");
}
