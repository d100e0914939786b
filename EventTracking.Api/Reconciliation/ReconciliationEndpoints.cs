using EventTracking.Api.Authorization;
using EventTracking.Api.Catalog;
using EventTracking.Api.Validation;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Reconciliation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Reconciliation;

internal static class ReconciliationEndpoints
{
    public static IServiceCollection AddReconciliation(this IServiceCollection services) => services
        .AddSingleton<StockFailures>()
        .AddRequestValidator(new StartReconciliationRequestValidator())
        .AddRequestValidator(new ListDiscrepanciesRequestValidator());

    public static void MapReconciliation(this IEndpointRouteBuilder routes)
    {
        var starts = routes.MapGroup("/reconciliations").WithTags("Reconciliation").WithPolicy(Roles.Operator).WithValidation();
        var discrepancies = routes.MapGroup("/discrepancies").WithTags("Reconciliation").WithPolicy(Roles.Viewer).WithValidation();

        starts.MapPost("", StartAsync).DocumentStart();
        discrepancies.MapGet("", ListAsync).DocumentList();
    }

    private static async Task<Results<Ok<ReconciliationResponse>, Accepted<ReconciliationResponse>>> StartAsync(
        StartReconciliationRequest request, Reconciler reconciler, CatalogCoverage coverage, StockFailures failures, CancellationToken cancellationToken)
    {
        var result = await reconciler.ReconcileAsync(request.Parse(), cancellationToken);
        var response = ReconciliationResponse.From(result, request.DryRun ? await failures.AddToAsync(await coverage.FindAsync(cancellationToken), cancellationToken) : null);
        return request.DryRun ? TypedResults.Ok(response) : TypedResults.Accepted(default(string), response);
    }

    private static async Task<Ok<DiscrepancyPageResponse>> ListAsync(
        [AsParameters] ListDiscrepanciesRequest request, ProductCatalog catalog, CatalogCoverage coverage, StockFailures failures, CatalogImports imports, CancellationToken cancellationToken) =>
        TypedResults.Ok(DiscrepancyPageResponse.From(
            await catalog.ListDiscrepanciesAsync(request.After, request.PageSize + 1, cancellationToken),
            request.PageSize,
            await failures.AddToAsync(await coverage.FindAsync(cancellationToken), cancellationToken),
            await imports.FindLastNumberAsync(cancellationToken)));
}
