using System.Text.Json;
using EventTracking.Core;
using EventTracking.Core.Intake;
using EventTracking.Core.Observability;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Reconciliation;

/// <summary>Finds products whose quantities differ and sends them through the pipeline's entry.</summary>
internal sealed class Reconciler(IProductCatalog catalog, EventIntake intake, EventTrackingMetrics metrics, IOptions<BrightpearlOptions> options, Chance chance, TimeProvider time)
{
    /// <summary>Starts a reconciliation, or with <paramref name="request"/>.DryRun only lists what it would send.</summary>
    public async Task<ReconciliationResult> ReconcileAsync(ReconciliationRequest request, CancellationToken cancellationToken)
    {
        if (request.DryRun)
        {
            var (drifted, others) = await DriftedAsync(request.Limit, cancellationToken);
            return new ReconciliationResult(null, drifted, [], others);
        }

        var correlation = $"reconciliation-{chance.NextName(time.GetUtcNow()):N}";
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

    /// <summary>The event that Brightpearl would have sent for the product.</summary>
    public Delivery SyncDelivery(string correlation, long productId) => new()
    {
        Source = Topics.ReconciliationSource,
        Account = options.Value.Account,
        Topic = Topics.OnHandModified,
        DeliveryId = $"{correlation}/{productId}",
        TriggeredAt = time.GetUtcNow(),
        Entity = Entities.Product(productId),
        Headers = JsonHeaders,
        Body = ProductChange.Compose(options.Value.Account, Topics.OnHandModified, productId, time.GetUtcNow()),
        CorrelationId = correlation,
    };

    /// <summary>The event that has the next page of the catalog read anew.</summary>
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

    private static Dictionary<string, string> JsonHeaders => new() { ["content-type"] = "application/json" };

    private async Task<(IReadOnlyList<ProductRecord> Products, bool More)> DriftedAsync(int limit, CancellationToken cancellationToken)
    {
        var found = await catalog.ListDiscrepanciesAsync(null, limit + 1, cancellationToken);
        return found.Count > limit ? ([.. found.Take(limit)], true) : (found, false);
    }
}

/// <summary>What to reconcile.</summary>
/// <param name="DryRun">Only list.</param>
/// <param name="Refresh">First read both systems again, page by page, as events of their own.</param>
/// <param name="Limit">Products sent by this call at most.</param>
internal sealed record ReconciliationRequest(bool DryRun, bool Refresh, int Limit);

/// <summary>What was sent, or with a dry run would be.</summary>
/// <param name="CorrelationId">Shared by all events of this reconciliation; null for a dry run.</param>
/// <param name="Products">The products that differ.</param>
/// <param name="Events">The events that were sent, in the order of the products; for a refresh the first page's event.</param>
/// <param name="More">More products differ than the limit allowed.</param>
internal sealed record ReconciliationResult(string? CorrelationId, IReadOnlyList<ProductRecord> Products, IReadOnlyList<EventId> Events, bool More);
