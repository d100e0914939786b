using System.Globalization;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Synchronization;
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
        var product = ProductOf(mutation.Reference);
        var levels = world.Sources.Statements.LevelsOf(mutation.InventoryItemId).Where(level => level.Level.Available == mutation.From && IsRecent(level.At)).ToList();
        var targets = levels.SelectMany(level => world.Sources.Statements.AvailabilitiesOf(product)
            .Where(availability => IsRecent(availability.At))
            .Select(availability => Sellable.Target(level.Level, availability.Availability)));
        Witness.Require(
            targets.Contains(mutation.To),
            StockInvariants.NoQuantityFromAbsence,
            $"Item {mutation.InventoryItemId} was set to {mutation.To} for product {product}, which follows from nothing that the sides stated.");
        if (world.Habits.Stale > 0)
        {
            // An answer from before the last changes has the old SKU, which the service cannot know.
            return;
        }

        var skus = world.Sources.Identities.SkusOf(product);
        var now = world.Sources.Truth.FindItem(mutation.InventoryItemId)!.SkuAtShopify;
        Witness.Require(
            skus.Contains(now) || levels.Exists(level => level.Sku is { } sku && skus.Contains(sku)),
            StockInvariants.OwnItem,
            $"The stock of product {product} ({string.Join(", ", skus)}) was written to item {mutation.InventoryItemId}, which has the SKU {now}.");
    }

    /// <summary>The catalog stored other readings of a product.</summary>
    public void SeeReadings(long product, ProductDocument before, ProductDocument stored)
    {
        if (stored.BpAvailability is { } onHand && (onHand, stored.BpReadAt) != (before.BpAvailability, before.BpReadAt))
        {
            Witness.Require(
                world.Sources.Statements.AvailabilitiesOf(product).Any(stated => stated.Availability.OnHand == onHand),
                StockInvariants.NoQuantityFromAbsence,
                $"The catalog has {onHand} of product {product} for Brightpearl, which has not stated that.");
        }

        if (stored.ShAvailability is { } available && (available, stored.ShReadAt) != (before.ShAvailability, before.ShReadAt))
        {
            Witness.Require(
                world.Sources.Statements.LevelsOf(stored.Item).Any(stated => stated.Level.Available == available),
                StockInvariants.NoQuantityFromAbsence,
                $"The catalog has {available} of product {product} for Shopify, which has not stated that of item {stored.Item}.");
        }
    }

    private bool IsRecent(TimeSpan at) => world.Timeline.Now - at <= Longest;

    private long ProductOf(string reference)
    {
        var entity = world.Process!.Find(EventId.Parse(reference[(reference.LastIndexOf('/') + 1)..]))!.Event.Entity!.Value;
        return long.Parse(entity.Id, CultureInfo.InvariantCulture);
    }
}
