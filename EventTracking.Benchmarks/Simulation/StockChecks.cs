using EventTracking.Api.Sandbox;
using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>Checks each quantity that is set at Shopify or stored in the catalog, at that moment.</summary>
internal sealed class StockChecks(World world)
{
    /// <summary>A run may last half a minute, and the machine may freeze for three.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    /// <summary>A quantity was set at Shopify.</summary>
    public void SeeSet(SandboxMutation mutation)
    {
        // A write has the rows of several events and one reference, so the row is for one of those that are not done.
        var products = UnfinishedProducts();
        var levels = world.Sources.Statements.LevelsOf(mutation.InventoryItemId)
            .Where(level => level.Location == mutation.LocationId && level.From == mutation.From && IsRecent(level.At)).ToList();
        bool Follows(long product, Predicate<StatedAvailability> which) => levels.Exists(level => world.Sources.Statements.AvailabilitiesOf(product)
            .Any(availability => which(availability) && IsRecent(availability.At) && Sellable.Target(level.Level, availability.Availability) == mutation.To));
        List<long> owners = [.. products.Where(product => Follows(product, availability => availability.Location == mutation.LocationId))];
        Witness.Require(
            owners.Count > 0 || !products.Exists(product => Follows(product, availability => availability.Location != mutation.LocationId)),
            StockInvariants.OwnWarehouses,
            $"Item {mutation.InventoryItemId} was set to {mutation.To} at location {mutation.LocationId}, which follows from the warehouses of another location.");
        Witness.Require(
            owners.Count > 0,
            StockInvariants.NoQuantityFromAbsence,
            $"Item {mutation.InventoryItemId} was set to {mutation.To} at location {mutation.LocationId}, which follows from nothing that the sides stated about the products {string.Join(", ", products)}.");
        if (world.Habits.Stale > 0)
        {
            // An answer from before the last changes has the old SKU, which the service cannot know.
            return;
        }

        List<string> skus = [.. owners.SelectMany(world.Sources.Identities.SkusOf)];
        var now = world.Sources.Truth.FindItem(mutation.InventoryItemId)!.SkuAtShopify;
        Witness.Require(
            skus.Contains(now) || levels.Exists(level => level.Sku is { } sku && skus.Contains(sku)),
            StockInvariants.OwnItem,
            $"The stock of product {string.Join(" or ", owners)} ({string.Join(", ", skus)}) was written to item {mutation.InventoryItemId}, which has the SKU {now}.");
    }

    /// <summary>The catalog stored other readings of a product.</summary>
    public void SeeReadings(long product, ProductDocument before, ProductDocument stored)
    {
        foreach (var stock in stored.All)
        {
            var known = before.All.FirstOrDefault(location => location.Location == stock.Location);
            if (stock.Bp is { } onHand && (onHand, stock.BpAt) != (known?.Bp, known?.BpAt))
            {
                var stated = world.Sources.Statements.AvailabilitiesOf(product).Where(availability => availability.Availability.OnHand == onHand).ToList();
                Witness.Require(
                    stated.Count == 0 || stated.Exists(availability => availability.Location == stock.Location),
                    StockInvariants.OwnWarehouses,
                    $"The catalog has {onHand} of product {product} for Brightpearl at location {stock.Location}, which only the warehouses of another location have.");
                Witness.Require(stated.Count > 0, StockInvariants.NoQuantityFromAbsence, $"The catalog has {onHand} of product {product} for Brightpearl, which has not stated that.");
            }

            if (stock.Sh is { } available && (available, stock.ShAt) != (known?.Sh, known?.ShAt))
            {
                Witness.Require(
                    world.Sources.Statements.LevelsOf(stored.Item).Any(stated => stated.Location == stock.Location && stated.Level.Available == available),
                    StockInvariants.NoQuantityFromAbsence,
                    $"The catalog has {available} of product {product} for Shopify at location {stock.Location}, which has not stated that of item {stored.Item}.");
            }
        }
    }

    private bool IsRecent(TimeSpan at) => world.Timeline.Now - at <= Longest;

    /// <summary>A write may arrive after the time of its event is over.</summary>
    private List<long> UnfinishedProducts()
    {
        EventStatus[] statuses = [EventStatus.Processing, EventStatus.Retrying, EventStatus.Queued, EventStatus.Failed];
        var entities = statuses.SelectMany(world.Process!.EventsOf).Select(id => world.Process!.Find(id)!.Event).Where(found => found.Function == FunctionNames.StockSync).Select(found => found.Entity);
        return [.. entities.OfType<EntityKey>().Where(entity => entity.Kind == Entities.ProductKind && Entities.TryNumber(entity, out _)).Select(entity => Entities.Number(entity, Entities.ProductKind)).Distinct().Order()];
    }
}
