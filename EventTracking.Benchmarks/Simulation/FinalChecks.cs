using EventTracking.Api.Sandbox;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>Checks what must hold at the end of a run.</summary>
internal static class FinalChecks
{
    public static void Check(World world)
    {
        var process = world.Process!;
        var records = process.AllEvents().Select(id => process.Find(id)!).ToDictionary(record => record.Id);
        CheckTracked(world, records);
        foreach (var record in records.Values)
        {
            CheckState(process, records, record);
            CheckAttempts(world, record);
            CheckLimits(record);
            CheckPayload(world, process, record);
        }

        IndexChecks.Check(process, records);
        CheckStock(world, process);
    }

    private static void CheckTracked(World world, Dictionary<EventId, EventRecord> records)
    {
        Require(world.Operators.NotFound.IsEmpty, Invariants.Tracked, $"{string.Join(", ", world.Operators.NotFound)} had been acknowledged, and a search by id did not find it.");
        foreach (var (id, name) in world.Witness.Acknowledged)
        {
            Require(records.ContainsKey(id), Invariants.Tracked, $"{name} was acknowledged as {id}, which has no record.");
        }

        foreach (var id in world.Witness.Arrived.Keys)
        {
            Require(records.ContainsKey(id), Invariants.Tracked, $"{id} was stored once and has no record now.");
        }

        foreach (var record in records.Values)
        {
            foreach (var effect in record.Effects)
            {
                // A record names an import before the import is requested, and the request may have failed.
                Require(records.ContainsKey(effect) || record.History.Count > 0 || record.WaitingOn is not null, Invariants.Tracked, $"{record.Id} names its effect {effect}, which has no record.");
            }
        }

        var children = records.Values.Where(record => record.Event.Source == Topics.FanOutSource).GroupBy(record => (record.Event.CausationId, record.Event.Entity));
        foreach (var same in children)
        {
            var runs = 1 + records[same.Key.CausationId!.Value].History.Count(entry => entry.Kind != HistoryEntryKind.Dismissal);
            Require(same.Count() <= runs, Invariants.AppliedOnce, $"{same.Key.CausationId} made {same.Count()} events of {same.Key.Entity} in {runs} runs.");
        }
    }

    private static void CheckState(SimulatedProcess process, Dictionary<EventId, EventRecord> records, EventRecord record)
    {
        Require(record.Status.IsFinal() || record is { Status: EventStatus.Waiting, WaitingOn: not null }, Invariants.FinalOrWaiting, $"{record.Id} is {record.Status}.");
        if (record.WaitingOn is { } dependency)
        {
            Require(!Exists(process, dependency), Invariants.NoNeedlessWait, $"{record.Id} waits for {dependency}, which is there.");
            Require(
                records.Values.Any(import => import.Event.Entity == dependency && import.Event.Function == FunctionNames.ProductImport && import.Status is EventStatus.Failed or EventStatus.Dismissed),
                Invariants.FinalOrWaiting,
                $"{record.Id} waits for {dependency}, and no import records why it is missing.");
        }
    }

    private static bool Exists(SimulatedProcess process, EntityKey dependency) =>
        Entities.TryNumber(dependency, out var id)
        && (dependency.Kind == Entities.ProductKind ? process.Catalog.FindAsync(id, CancellationToken.None) : process.Catalog.FindByInventoryItemAsync(id, CancellationToken.None)).GetAwaiter().GetResult() is not null;

    /// <summary>An event that waits for a limit must not fail, however often the limit is used up.</summary>
    private static void CheckLimits(EventRecord record)
    {
        foreach (var attempt in record.Attempts.Where(attempt => attempt.Failure?.Code is BrightpearlApi.Connector + "/throttled" or ShopifyGraph.Connector + "/throttled"))
        {
            Require(false, StockInvariants.NoFailureByLimit, $"{record.Id} failed by a limit in attempt {attempt.Number}: {attempt.Failure!.Message}");
        }
    }

    private static void CheckAttempts(World world, EventRecord record)
    {
        Require(record.AttemptCount == world.Witness.ClaimsOf(record.Id), Invariants.Attempts, $"{record.Id} was claimed {world.Witness.ClaimsOf(record.Id)} times and has {record.AttemptCount} attempts.");
        // Of runs in a row that were postponed, only the last is kept.
        var inOrder = record.Attempts.Zip(record.Attempts.Skip(1)).All(pair => pair.Second.Number == pair.First.Number + 1 || (pair.Second.Number > pair.First.Number && pair.Second.Outcome == EventStatus.Queued));
        Require(inOrder && (record.Attempts.Count == 0 || record.Attempts[^1].Number == record.AttemptCount), Invariants.Attempts, $"The attempts of {record.Id} are {string.Join(", ", record.Attempts.Select(attempt => attempt.Number))}.");
        Require(record.AttemptCount == 0 || record.Attempts.Count > 0, Invariants.Attempts, $"{record.Id} has {record.AttemptCount} attempts and keeps none.");
        foreach (var ended in record.Attempts.SkipLast(1).Where(attempt => attempt.Outcome is { } outcome && outcome is not (EventStatus.Retrying or EventStatus.Queued)))
        {
            Require(record.History.Any(entry => entry.AfterAttempt == ended.Number), Invariants.AppliedOnce, $"{record.Id} ran again after attempt {ended.Number} had {ended.Outcome}, and nothing had asked for it.");
        }

        // An event can also be ended without a run: by a bulk replay, by an operator, or, if it is an import, because its entity has come.
        Require(record.Status is EventStatus.Dismissed or EventStatus.Queued || record.History is [.., { Job: not null } or { Kind: HistoryEntryKind.Dismissal }] || record.Attempts[^1].Outcome == record.Status || record.Status == EventStatus.Failed, Invariants.Attempts, $"{record.Id} is {record.Status}, and its last attempt {record.Attempts[^1].Outcome}.");
    }

    private static void CheckPayload(World world, SimulatedProcess process, EventRecord record)
    {
        var arrived = world.Witness.Arrived.GetValueOrDefault(record.Id);
        Require(record.Payload is { } pointer && process.Read(pointer) is PayloadRead.Available(var payload) && payload.Body.Span.SequenceEqual(arrived.Span), Invariants.ByteForByte, $"The payload of {record.Id} is not what arrived.");
    }

    private static void CheckStock(World world, SimulatedProcess process)
    {
        CheckLinks(world, process);
        foreach (var known in process.Products())
        {
            var (product, item) = Both(world, known);
            foreach (var (location, level, availability) in world.Sources.LocationsOf(product, item))
            {
                var target = Sellable.Target(level, availability);
                Require(level.Available == target, StockInvariants.StockEqual, $"Shopify offers {level.Available} of {known.Sku} at location {location}, and Brightpearl has {availability.OnHand} there.");
            }
        }

        CheckReadings(world, process);
    }

    /// <summary>The catalog has the last readings of both sides.</summary>
    public static void CheckReadings(World world, SimulatedProcess process)
    {
        foreach (var known in process.Products())
        {
            var (product, item) = Both(world, known);
            foreach (var (location, level, availability) in world.Sources.LocationsOf(product, item))
            {
                var stock = known.Locations.Single(stock => stock.LocationId == location);
                Require(stock.Shopify?.Quantity == level.Available, StockInvariants.StockEqual, $"The catalog has {stock.Shopify?.Quantity} of {known.Sku} for Shopify at location {location}, which has {level.Available}.");
                Require(stock.Brightpearl?.Quantity == availability.OnHand, StockInvariants.StockEqual, $"The catalog has {stock.Brightpearl?.Quantity} of {known.Sku} for Brightpearl at location {location}, which has {availability.OnHand}.");
            }
        }
    }

    /// <summary>
    /// The two sides of every link have the same SKU. A product and an item that alone have a SKU are linked if a webhook reported the
    /// change that gave it to them.
    /// </summary>
    private static void CheckLinks(World world, SimulatedProcess process)
    {
        var linked = process.Products().ToDictionary(known => known.ProductId);
        foreach (var known in linked.Values)
        {
            _ = Both(world, known);
        }

        if (world.Habits.Stale > 0 || world.Operators.Spoiled.Count > 0)
        {
            // A webhook whose answer was old, or whose event an operator dismissed or edited, may have linked nothing.
            return;
        }

        var items = world.Sources.Truth.Products.Where(item => item is { IsAtShopify: true, TrackedAtShopify: true }).ToLookup(item => item.SkuAtShopify);
        foreach (var product in world.Sources.Truth.Products.Where(product => product is { IsAtBrightpearl: true, StockTracked: true, Bundle: false }))
        {
            if (items[product.Sku].SingleOrDefault()?.InventoryItemId is { } item && world.Sources.Identities.IsAnnounced(product.ProductId!.Value, item))
            {
                Require(
                    linked.GetValueOrDefault(product.ProductId!.Value)?.InventoryItemId == item,
                    StockInvariants.OwnItem,
                    $"Product {product.ProductId} and item {item} have the SKU {product.Sku}, a webhook reported it, and they are not linked.");
            }
        }
    }

    /// <summary>The product and the item of a link, which must have the SKU of the link.</summary>
    private static (SandboxProduct Product, SandboxProduct Item) Both(World world, ProductRecord known)
    {
        var product = world.Sources.Truth.FindProduct(known.ProductId);
        var item = world.Sources.Truth.FindItem(known.InventoryItemId);
        Require(
            product is { IsAtBrightpearl: true } && item is { IsAtShopify: true } && product.Sku == known.Sku && item.SkuAtShopify == known.Sku,
            StockInvariants.OwnItem,
            $"{known.Sku} links product {known.ProductId} ({product?.Sku}) and item {known.InventoryItemId} ({item?.SkuAtShopify}).");
        return (product!, item!);
    }

    private static void Require([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool holds, string invariant, string what) => Witness.Require(holds, invariant, what);
}
