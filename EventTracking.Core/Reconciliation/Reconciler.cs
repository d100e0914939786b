using EventTracking.Core.Catalog;
using EventTracking.Core.Events;

namespace EventTracking.Core.Reconciliation;

/// <summary>Finds products whose quantities differ and sends them through the pipeline's entry.</summary>
internal sealed class Reconciler
{
    /// <summary>Starts a reconciliation, or with <paramref name="request"/>.DryRun only lists what it would send.</summary>
    public Task<ReconciliationResult> ReconcileAsync(ReconciliationRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();
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
