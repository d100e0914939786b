using EventTracking.Api.Catalog;
using EventTracking.Api.Documentation;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Reconciliation;

namespace EventTracking.Api.Reconciliation;

/// <summary>The products that were sent, or would be without a dry run.</summary>
/// <param name="CorrelationId">Shared by all events of this reconciliation; null for a dry run.</param>
/// <param name="Products">The products whose quantities differ.</param>
/// <param name="Events">The ids of the events that were sent.</param>
/// <param name="More">Whether more products differ than the limit allows.</param>
/// <param name="Coverage">How much of the stock is compared at all; only for a dry run.</param>
internal sealed record ReconciliationResponse(
    string? CorrelationId, IReadOnlyList<ProductResponse> Products, [EventIdText] IReadOnlyList<string> Events, bool More, CoverageResponse? Coverage)
{
    public static ReconciliationResponse From(ReconciliationResult result, Coverage? coverage) =>
        new(result.CorrelationId, [.. result.Products.Select(ProductResponse.From)], [.. result.Events.Select(id => id.ToString())], result.More, coverage is null ? null : CoverageResponse.From(coverage));
}
