using EventTracking.Core;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Observability;
using EventTracking.Stock.Reconciliation;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTracking.Stock;

/// <summary>Registers the integration that keeps stock equal between Shopify and Brightpearl.</summary>
public static class StockIntegrationExtensions
{
    /// <summary>Adds connectors, catalog, functions and reconciliation. The engine and a backend must also be added.</summary>
    public static IServiceCollection AddStockIntegration(this IServiceCollection services, IConfiguration configuration) => services
        .AddSecrets<ShopifyOptions>(static options => [options.AccessToken, .. options.WebhookSecrets])
        .AddSecrets<BrightpearlOptions>(static options => [options.StaffToken, .. options.WebhookKeys])
        .AddShopify(configuration)
        .AddBrightpearl(configuration, FunctionNames.FanOut)
        .AddCatalog()
        .AddSynchronization()
        .AddImports()
        .AddReconciliation();

    private static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.TryAddSingleton<StockMetrics>();
        return services
            .AddRecordCollection(ProductCatalog.Products, CatalogJson.Default.ProductDocument)
            .AddRecordCollection(ProductCatalog.Links, CatalogJson.Default.LinkDocument)
            .AddSingleton<ProductCatalog>();
    }

    private static IServiceCollection AddSynchronization(this IServiceCollection services) => services
        .AddFunction<StockSync>(FunctionNames.StockSync, settings => settings.BatchSize = 20)
        .AddRoute(Topics.Brightpearl, Topics.OnHandModified, FunctionNames.StockSync)
        .AddRoute(Topics.FanOutSource, Topics.OnHandModified, FunctionNames.StockSync)
        .AddRoute(Topics.ReconciliationSource, Topics.OnHandModified, FunctionNames.StockSync)
        .AddFunction<InventoryObserved>(FunctionNames.InventoryObserved, settings => settings.BatchSize = 20)
        .AddRoute(Topics.Shopify, Topics.InventoryLevelsUpdate, FunctionNames.InventoryObserved)
        .AddRoute(Topics.Shopify, Topics.InventoryLevelsConnect, FunctionNames.InventoryObserved)
        .AddFunction<FanOut>(FunctionNames.FanOut);

    private static IServiceCollection AddImports(this IServiceCollection services) => services
        .AddDependencyKind<ProductDependency>(Entities.ProductKind)
        .AddDependencyKind<InventoryItemDependency>(Entities.InventoryItemKind)
        .AddFunction<ProductImport>(FunctionNames.ProductImport)
        .AddRoute(Topics.ImportSource, Topics.ImportEntity, FunctionNames.ProductImport)
        .AddRoute(Topics.Brightpearl, Topics.ProductCreated, FunctionNames.ProductImport)
        .AddRoute(Topics.FanOutSource, Topics.ProductCreated, FunctionNames.ProductImport);

    private static IServiceCollection AddReconciliation(this IServiceCollection services) => services
        .AddSingleton<Reconciler>()
        .AddFunction<CatalogRefresh>(FunctionNames.CatalogRefresh, settings => settings.Timeout = TimeSpan.FromMinutes(2))
        .AddRoute(Topics.ReconciliationSource, Topics.RefreshCatalog, FunctionNames.CatalogRefresh);
}
