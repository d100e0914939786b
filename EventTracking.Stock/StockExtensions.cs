using EventTracking.Core;
using EventTracking.Core.Functions;
using EventTracking.Core.Waiting;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Stock;

/// <summary>Composition of the stock integration on top of the engine.</summary>
internal static class StockExtensions
{
    public static IServiceCollection AddStock(this IServiceCollection services)
    {
        services.AddSingleton<IDependencies, StockDependencies>();

        services.AddFunction<StockSync>(Topics.StockSync, settings => settings.BatchSize = 20);
        services.AddRoute(Topics.Brightpearl, Topics.OnHandModified, Topics.StockSync);
        services.AddRoute(Topics.FanOutSource, Topics.OnHandModified, Topics.StockSync);
        services.AddRoute(Topics.ReconciliationSource, Topics.OnHandModified, Topics.StockSync);

        services.AddFunction<InventoryObserved>(Topics.InventoryObserved, settings => settings.BatchSize = 20);
        services.AddRoute(Topics.Shopify, Topics.InventoryLevelsUpdate, Topics.InventoryObserved);
        services.AddRoute(Topics.Shopify, Topics.InventoryLevelsConnect, Topics.InventoryObserved);

        services.AddFunction<ProductImport>(Topics.ProductImport);
        services.AddRoute(Topics.ImportSource, Topics.ImportEntity, Topics.ProductImport);
        services.AddRoute(Topics.Brightpearl, Topics.ProductCreated, Topics.ProductImport);
        services.AddRoute(Topics.FanOutSource, Topics.ProductCreated, Topics.ProductImport);

        services.AddFunction<FanOut>(Topics.FanOut);
        return services;
    }
}
