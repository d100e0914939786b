using EventTracking.Core;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Stock.Reconciliation;

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
