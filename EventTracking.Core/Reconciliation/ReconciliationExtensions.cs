using EventTracking.Core.Stock;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Core.Reconciliation;

/// <summary>Composition of reconciliation.</summary>
internal static class ReconciliationExtensions
{
    public static IServiceCollection AddReconciliation(this IServiceCollection services)
    {
        services.AddSingleton<Reconciler>();
        services.AddFunction<CatalogRefresh>(Topics.CatalogRefresh, settings => settings.Timeout = TimeSpan.FromMinutes(2));
        return services.AddRoute(Topics.ReconciliationSource, Topics.RefreshCatalog, Topics.CatalogRefresh);
    }
}
