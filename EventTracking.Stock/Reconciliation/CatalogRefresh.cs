using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Access;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Observability;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Reconciliation;

/// <summary>
/// Reads one page of the catalog again from both systems, to find drift and broken links that no webhook reported. It sends what it
/// found through the pipeline and emits the event for the next page. Each page is an event, so a long refresh is tracked, retried
/// and replayed like any other event and does not depend on one process.
/// </summary>
internal sealed class CatalogRefresh(
    ProductCatalog catalog, CatalogCoverage coverage, BrightpearlClient brightpearl, BrightpearlLimit limit, ShopifyClient shopify, Reconciler reconciler, StockMetrics metrics, TimeProvider time)
    : ShopifyFunction<RefreshPage>
{
    private const int PageSize = 100;
    private const int MaxRounds = 3;

    protected override TimeSpan ReadyIn => limit.ReadyFor(calls: 2);

    protected override RefreshPage ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload.ReadJson(StockJson.Default.RefreshPage);

    protected override async Task<Outcome> RunAsync(RefreshPage message, EventContext context, CancellationToken cancellationToken)
    {
        var page = await catalog.ListAsync(message.After, PageSize, cancellationToken);
        if (page.Count == 0)
        {
            context.Step("reached the end of the catalog");
            await coverage.RefreshedAsync(cancellationToken);
            return Outcome.Succeeded;
        }

        var findings = new Findings();
        var rest = await ReadAsync(page, findings, context, cancellationToken);
        for (var round = 2; rest.Count > 0 && round <= MaxRounds; round++)
        {
            context.Step($"{rest.Count} products changed while they were read");
            rest = await ReadAsync(await FindAsync(rest, cancellationToken), findings, context, cancellationToken);
        }

        if (rest.Count > 0)
        {
            // One product that changes all the time must not hold up the others. What changes it may have read one side only.
            context.Step($"{rest.Count} changed during each of {MaxRounds} readings");
            findings.Unread.AddRange(rest.Select(product => product.ProductId));
        }

        await context.EmitAsync([.. findings.Drifted.Concat(findings.Unread).Select(id => Next(reconciler.SyncDelivery(context.Event.CorrelationId, id), $"sync/{id}", context))], cancellationToken);
        metrics.DriftFound(findings.Drifted.Count);
        await context.EmitAsync([Next(reconciler.RefreshDelivery(context.Event.CorrelationId, page[^1].ProductId), "next", context)], cancellationToken);
        context.Step($"{findings.Drifted.Count} differ, {findings.Unread.Count} could not be read, {findings.Broken} have lost their link; these were sent");
        return Outcome.Succeeded;
    }

    /// <summary>Reads both sides of the products and stores what it read. Returns those that changed in the catalog meanwhile.</summary>
    private async Task<IReadOnlyList<ProductRecord>> ReadAsync(IReadOnlyList<ProductRecord> products, Findings findings, EventContext context, CancellationToken cancellationToken)
    {
        context.Step($"reading Shopify's levels of {products.Count} products");
        var levelsReadAt = time.GetUtcNow();
        var items = await ReadItemsAsync(products, cancellationToken);
        if (items.Count == 0)
        {
            await RequireOthersAsync("Shopify", "items", products, async others => (await ReadItemsAsync(others, cancellationToken)).Count, cancellationToken);
        }

        context.Step($"{items.Count} items; reading Brightpearl's products");
        var details = await ReadDetailsAsync(products, cancellationToken);
        if (details.Count == 0)
        {
            await RequireOthersAsync("Brightpearl", "products", products, async others => (await ReadDetailsAsync(others, cancellationToken)).Count, cancellationToken);
        }

        context.Step($"{details.Count} products; reading Brightpearl's availabilities");
        var availabilitiesReadAt = time.GetUtcNow();
        var broken = products.Where(product => IsBroken(product, items, details, context)).ToList();
        var linked = products.Except(broken).ToList();
        var availabilities = await ReadAvailabilitiesAsync(linked, cancellationToken);
        if (availabilities.Count == 0)
        {
            await RequireOthersAsync("Brightpearl", "availabilities", linked, async others => (await ReadAvailabilitiesAsync(others, cancellationToken)).Count, cancellationToken);
        }

        context.Step($"{availabilities.Count} availabilities");
        var changed = await UnlinkAsync(broken, findings, context, cancellationToken);
        foreach (var product in linked)
        {
            var availability = availabilities.GetValueOrDefault(product.ProductId)?.Value;
            var read = product.WithLocations(location => location with
            {
                Shopify = shopify.FindLevel(items[product.InventoryItemId], location.LocationId, location.HadLevel) is { } level ? new Reading(level.Available, levelsReadAt) : null,
                Brightpearl = availability is null ? location.Brightpearl : new Reading(availability.Locations[location.LocationId].OnHand, availabilitiesReadAt),
            });
            if (await catalog.TryStoreAsync(read, cancellationToken) is not { } stored)
            {
                changed.Add(product);
            }
            else if (availability is null)
            {
                // The product's own event then fails with what Brightpearl's answer lacks, and this page goes on.
                findings.Unread.Add(product.ProductId);
            }
            else if (stored.HasDiscrepancy)
            {
                findings.Drifted.Add(product.ProductId);
            }
        }

        return changed;
    }

    private async Task<IReadOnlyList<ProductRecord>> FindAsync(IReadOnlyList<ProductRecord> products, CancellationToken cancellationToken)
    {
        var found = new List<ProductRecord>(products.Count);
        foreach (var product in products)
        {
            if (await catalog.FindAsync(product.ProductId, cancellationToken) is { } current)
            {
                found.Add(current);
            }
        }

        return found;
    }

    private Task<IReadOnlyDictionary<long, ShopifyItem>> ReadItemsAsync(IReadOnlyList<ProductRecord> products, CancellationToken cancellationToken) =>
        shopify.GetItemsAsync([.. products.Select(product => product.InventoryItemId)], cancellationToken);

    private Task<IReadOnlyDictionary<long, BrightpearlReading<BrightpearlProduct>>> ReadDetailsAsync(IReadOnlyList<ProductRecord> products, CancellationToken cancellationToken) =>
        brightpearl.GetProductsAsync([.. products.Select(product => product.ProductId)], cancellationToken);

    private Task<IReadOnlyDictionary<long, BrightpearlReading<BrightpearlStock>>> ReadAvailabilitiesAsync(IReadOnlyList<ProductRecord> products, CancellationToken cancellationToken) =>
        brightpearl.GetAvailabilityAsync([.. products.Select(product => product.ProductId)], cancellationToken);

    /// <summary>
    /// Requires that a system that returned nothing about these products returns something about others of the catalog. If it does
    /// not, something else is wrong (the wrong shop, an empty answer), and no link may be removed because of it.
    /// </summary>
    /// <exception cref="FunctionException">The system returned nothing about others either, or there are none: transient.</exception>
    private async Task RequireOthersAsync(string system, string what, IReadOnlyList<ProductRecord> products, Func<IReadOnlyList<ProductRecord>, Task<int>> countAsync, CancellationToken cancellationToken)
    {
        if (products.Count == 0)
        {
            return;
        }

        var ids = products.Select(product => product.ProductId).ToHashSet();
        IReadOnlyList<ProductRecord> others = [.. (await catalog.ListAsync(null, PageSize, cancellationToken)).Where(product => !ids.Contains(product.ProductId))];
        others = others.Count > 0 ? others : await catalog.ListAsync(products[^1].ProductId, PageSize, cancellationToken);
        if (others.Count == 0 || await countAsync(others) == 0)
        {
            throw new FunctionException(
                $"{system} returned no {what} of {products.Count} products of the page and of {others.Count} others of the catalog, so this page was not compared. Check that the settings name the right shop and account.",
                "reconciliation/nothing-read",
                transient: true);
        }
    }

    private static bool IsBroken(
        ProductRecord product, IReadOnlyDictionary<long, ShopifyItem> items, IReadOnlyDictionary<long, BrightpearlReading<BrightpearlProduct>> details, EventContext context)
    {
        var reason = product.WhyBroken(items.GetValueOrDefault(product.InventoryItemId))
            ?? (details.TryGetValue(product.ProductId, out var found)
                ? found.Value is { } detail ? product.WhyBroken(detail) : null
                : product.WhyBroken(default(BrightpearlProduct)));
        if (reason is not null)
        {
            context.Step(reason);
        }

        return reason is not null;
    }

    /// <summary>Removes the broken links and has the products linked anew. Returns those that changed in the catalog meanwhile.</summary>
    private async Task<List<ProductRecord>> UnlinkAsync(List<ProductRecord> broken, Findings findings, EventContext context, CancellationToken cancellationToken)
    {
        // Emit the events first: a crash in between would leave the products without a link and without anybody who knows.
        await context.EmitAsync([.. broken.Select(product => Next(reconciler.LinkDelivery(context.Event.CorrelationId, product.ProductId), $"link/{product.ProductId}", context))], cancellationToken);
        var changed = new List<ProductRecord>();
        foreach (var product in broken)
        {
            if (await catalog.TryUnlinkAsync(product, cancellationToken))
            {
                findings.Broken++;
            }
            else
            {
                changed.Add(product);
            }
        }

        return changed;
    }

    /// <summary>Gives a delivery an id that stays the same if the page runs again after a crash, but changes if the page is replayed.</summary>
    private static Delivery Next(Delivery delivery, string name, EventContext context) => delivery with
    {
        DeliveryId = $"{context.Event.Id}/{name}/{context.ReplayCount}",
        TriggeredAt = context.Event.Id.Time,
    };

    private sealed class Findings
    {
        public List<long> Drifted { get; } = [];

        public List<long> Unread { get; } = [];

        public int Broken { get; set; }
    }
}
