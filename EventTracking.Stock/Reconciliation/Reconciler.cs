using System.Text.Json;
using EventTracking.Core.Intake;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Observability;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Reconciliation;

/// <summary>Finds products whose quantities differ and sends them through intake like any other event.</summary>
internal sealed class Reconciler(ProductCatalog catalog, EventIntake intake, StockMetrics metrics, IOptions<BrightpearlOptions> options, RandomSource random, TimeProvider time)
{
    /// <summary>Starts a reconciliation. A dry run only lists the products that it would send.</summary>
    public async Task<ReconciliationResult> ReconcileAsync(ReconciliationRequest request, CancellationToken cancellationToken)
    {
        if (request.DryRun)
        {
            var (drifted, others) = await DriftedAsync(request.Limit, cancellationToken);
            return new ReconciliationResult(null, drifted, [], others);
        }

        var correlation = $"reconciliation-{random.NextName(time.GetUtcNow()):N}";
        if (request.Refresh)
        {
            var first = await intake.AcceptAsync(RefreshDelivery(correlation, null), cancellationToken);
            return new ReconciliationResult(correlation, [], [first.Id], More: false);
        }

        var (products, more) = await DriftedAsync(request.Limit, cancellationToken);
        var sent = await intake.AcceptAsync([.. products.Select(product => SyncDelivery(correlation, product.ProductId))], cancellationToken);
        metrics.DriftFound(products.Count);
        return new ReconciliationResult(correlation, products, [.. sent.Select(result => result.Id)], more);
    }

    /// <summary>Composes the event that Brightpearl would have sent for a change of the product's stock.</summary>
    public Delivery SyncDelivery(string correlation, long productId) => ProductDelivery(Topics.OnHandModified, correlation, productId);

    /// <summary>Composes the event that Brightpearl would have sent for a change of the product itself, which has it linked anew.</summary>
    public Delivery LinkDelivery(string correlation, long productId) => ProductDelivery(Topics.ProductModified, correlation, productId);

    /// <summary>Composes the event that refreshes the next page of the catalog.</summary>
    public Delivery RefreshDelivery(string correlation, long? after) => new()
    {
        Source = Topics.ReconciliationSource,
        Account = options.Value.Account,
        Topic = Topics.RefreshCatalog,
        DeliveryId = $"{correlation}/refresh/{after}",
        Headers = JsonHeaders,
        Body = JsonSerializer.SerializeToUtf8Bytes(new RefreshPage(after), StockJson.Default.RefreshPage),
        CorrelationId = correlation,
    };

    private Delivery ProductDelivery(string topic, string correlation, long productId) => new()
    {
        Source = Topics.ReconciliationSource,
        Account = options.Value.Account,
        Topic = topic,
        DeliveryId = $"{correlation}/{productId}",
        TriggeredAt = time.GetUtcNow(),
        Entity = Entities.Product(productId),
        Headers = JsonHeaders,
        Body = ProductChange.Compose(options.Value.Account, topic, productId, time.GetUtcNow()),
        CorrelationId = correlation,
    };

    private static Dictionary<string, string> JsonHeaders => new() { ["content-type"] = "application/json" };

    private async Task<(IReadOnlyList<ProductRecord> Products, bool More)> DriftedAsync(int limit, CancellationToken cancellationToken)
    {
        var found = await catalog.ListDiscrepanciesAsync(null, limit + 1, cancellationToken);
        return found.Count > limit ? ([.. found.Take(limit)], true) : (found, false);
    }
}

/// <summary>What to reconcile.</summary>
/// <param name="DryRun">Whether only to list the products that differ.</param>
/// <param name="Refresh">Whether to read both systems again first, page by page, each page as an event.</param>
/// <param name="Limit">The maximum number of products that this call sends.</param>
internal sealed record ReconciliationRequest(bool DryRun, bool Refresh, int Limit);

/// <summary>What a reconciliation sent or, in a dry run, would send.</summary>
/// <param name="CorrelationId">The correlation id of all events of this reconciliation; null for a dry run.</param>
/// <param name="Products">The products that differ.</param>
/// <param name="Events">The events that were sent, in the order of the products; for a refresh, the event of the first page.</param>
/// <param name="More">Whether more products differ than the limit allows.</param>
internal sealed record ReconciliationResult(string? CorrelationId, IReadOnlyList<ProductRecord> Products, IReadOnlyList<EventId> Events, bool More);
