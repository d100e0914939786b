using EventTracking.Core;
using EventTracking.Stock.Access;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Compliance;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Observability;
using EventTracking.Stock.Reconciliation;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock;

/// <summary>Registers the integration that keeps stock equal between Shopify and Brightpearl.</summary>
public static class StockIntegrationExtensions
{
    /// <summary>As many as Brightpearl's client asks for with one call. Their handlers only wait for the calls that they share, so all run at once.</summary>
    private const int ProductsPerBatch = 100;

    /// <summary>Adds connectors, catalog, functions and reconciliation. The engine and a backend must also be added.</summary>
    public static IServiceCollection AddStockIntegration(this IServiceCollection services, IConfiguration configuration) => services
        .AddSecrets<ShopifyOptions>(static options => [options.AccessToken ?? "", options.ClientSecret ?? "", .. options.WebhookSecrets])
        .AddSecrets<BrightpearlOptions>(static options => [options.StaffToken ?? "", options.OAuth.ClientSecret ?? "", options.OAuth.RefreshToken ?? "", .. options.WebhookKeys])
        .AddShopify(configuration)
        .AddBrightpearl(configuration, FunctionNames.FanOut)
        .AddCatalog(configuration)
        .AddSynchronization()
        .AddImports()
        .AddCompliance()
        .AddReconciliation();

    private static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<StockMetrics>();
        services.AddSingleton<IValidateOptions<StockOptions>, StockOptionsValidator>();
        services.AddOptions<StockOptions>().Bind(configuration.GetSection(StockOptions.Section)).ValidateOnStart();
        return services
            .AddSettings<StockOptions>(StockOptions.Section)
            .AddSettings<SafetyStockRule>($"{StockOptions.Section}:{nameof(StockOptions.SafetyStocks)}:*")
            .AddSettings<ProductSelector>($"{StockOptions.Section}:{nameof(StockOptions.Exclusions)}:*")
            .AddStockLocations(configuration)
            .AddSingleton<ProductRules>()
            .AddRecordCollection(ProductCatalog.Products, CatalogJson.Default.ProductDocument)
            .AddRecordCollection(ProductCatalog.Links, CatalogJson.Default.LinkDocument)
            .AddRecordCollection(UnlinkedCatalog.Products, UnlinkedJson.Default.UnlinkedProductDocument)
            .AddRecordCollection(UnlinkedCatalog.Items, UnlinkedJson.Default.UnlinkedItemDocument)
            .AddRecordCollection(CatalogCoverage.Collection, CoverageJson.Default.CoverageDocument)
            .AddSingleton<ProductCatalog>()
            .AddSingleton<UnlinkedCatalog>()
            .AddSingleton<CatalogList>()
            .AddKeyResolver<CatalogKeys>()
            .AddSingleton<CatalogCoverage>()
            .AddSingleton<ShopAccess>();
    }

    private static IServiceCollection AddSynchronization(this IServiceCollection services) => services
        .AddFunction<StockSync>(FunctionNames.StockSync, settings => settings.BatchSize = settings.Concurrency = ProductsPerBatch)
        .AddRoute(Topics.Brightpearl, Topics.OnHandModified, FunctionNames.StockSync)
        .AddRoute(Topics.FanOutSource, Topics.OnHandModified, FunctionNames.StockSync)
        .AddRoute(Topics.ReconciliationSource, Topics.OnHandModified, FunctionNames.StockSync)
        .AddFunction<InventoryObserved>(FunctionNames.InventoryObserved, settings => settings.BatchSize = settings.Concurrency = ProductsPerBatch)
        .AddRoute(Topics.Shopify, Topics.InventoryLevelsUpdate, FunctionNames.InventoryObserved)
        .AddRoute(Topics.Shopify, Topics.InventoryLevelsConnect, FunctionNames.InventoryObserved)
        .AddRoute(Topics.Shopify, Topics.InventoryLevelsDisconnect, FunctionNames.InventoryObserved)
        .AddFunction<FanOut>(FunctionNames.FanOut);

    private static IServiceCollection AddImports(this IServiceCollection services) => services
        .AddDependencyKind<CatalogDependency>(Entities.ProductKind)
        .AddDependencyKind<CatalogDependency>(Entities.InventoryItemKind)
        .AddDependencyKind<ShopDependency>(Entities.ShopKind)
        .AddRecordCollection(CatalogImports.Collection, CatalogImportJson.Default.CatalogImportDocument)
        .AddRecordCollection(CatalogImports.LastCollection, CatalogImportJson.Default.LastCatalogImportDocument)
        .AddRecordCollection(CatalogPages.Collection, CatalogImportJson.Default.CatalogPageDocument)
        .AddSingleton<CatalogImports>()
        .AddSingleton<CatalogPages>()
        .AddSingleton<CatalogMatching>()
        .AddFunction<CatalogImport>(FunctionNames.CatalogImport, settings => settings.Timeout = TimeSpan.FromMinutes(2))
        .AddRoute(Topics.CatalogSource, Topics.ImportCatalog, FunctionNames.CatalogImport)
        .AddSingleton<ProductLinker>()
        .AddFunction<ProductImport>(FunctionNames.ProductImport, settings => settings.BatchSize = settings.Concurrency = ProductImport.ImportsPerBatch)
        .AddRoute(Topics.ImportSource, Topics.ImportEntity, FunctionNames.ProductImport)
        .AddRoute(Topics.Brightpearl, Topics.ProductCreated, FunctionNames.ProductImport)
        .AddRoute(Topics.Brightpearl, Topics.ProductModified, FunctionNames.ProductImport)
        .AddRoute(Topics.Brightpearl, Topics.ProductDestroyed, FunctionNames.ProductImport)
        .AddRoute(Topics.FanOutSource, Topics.ProductCreated, FunctionNames.ProductImport)
        .AddRoute(Topics.FanOutSource, Topics.ProductModified, FunctionNames.ProductImport)
        .AddRoute(Topics.FanOutSource, Topics.ProductDestroyed, FunctionNames.ProductImport)
        .AddRoute(Topics.ImportSource, Topics.ProductModified, FunctionNames.ProductImport)
        .AddRoute(Topics.ReconciliationSource, Topics.ProductModified, FunctionNames.ProductImport)
        .AddRoute(Topics.Shopify, Topics.InventoryItemsCreate, FunctionNames.ProductImport)
        .AddRoute(Topics.Shopify, Topics.InventoryItemsUpdate, FunctionNames.ProductImport)
        .AddRoute(Topics.Shopify, Topics.InventoryItemsDelete, FunctionNames.ProductImport)
        .AddRoute(Topics.Shopify, Topics.LocationsDeactivate, FunctionNames.ProductImport)
        .AddRoute(Topics.Shopify, Topics.AppUninstalled, FunctionNames.ProductImport);

    private static IServiceCollection AddCompliance(this IServiceCollection services) => services
        .AddFunction<ComplianceRequests>(FunctionNames.Compliance)
        .AddRoute(Topics.Shopify, Topics.CustomersDataRequest, FunctionNames.Compliance)
        .AddRoute(Topics.Shopify, Topics.CustomersRedact, FunctionNames.Compliance)
        .AddRoute(Topics.Shopify, Topics.ShopRedact, FunctionNames.Compliance);

    private static IServiceCollection AddReconciliation(this IServiceCollection services) => services
        .AddSingleton<Reconciler>()
        .AddFunction<CatalogRefresh>(FunctionNames.CatalogRefresh, settings => settings.Timeout = TimeSpan.FromMinutes(2))
        .AddRoute(Topics.ReconciliationSource, Topics.RefreshCatalog, FunctionNames.CatalogRefresh);
}
