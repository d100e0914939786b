using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Imports;
using EventTracking.Stock.Synchronization;

namespace EventTracking.Stock.Vocabulary;

/// <summary>Sources, topics and function names of the stock integration: the one vocabulary of its routes.</summary>
internal static class Topics
{
    public const string Shopify = "shopify";
    public const string Brightpearl = "brightpearl";
    public const string FanOutSource = "fan-out";
    public const string ImportSource = "import";
    public const string ReconciliationSource = "reconciliation";

    public const string InventoryLevelsUpdate = "inventory_levels/update";
    public const string InventoryLevelsConnect = "inventory_levels/connect";
    public const string OnHandModified = "product.modified.on-hand-modified";
    public const string ProductCreated = "product.created";
    public const string ImportEntity = "import.entity";
    public const string RefreshCatalog = "catalog.refresh";

    public const string StockSync = "stock-sync";
    public const string InventoryObserved = "inventory-observed";
    public const string ProductImport = "product-import";
    public const string FanOut = BrightpearlWebhooks.FanOut;
    public const string CatalogRefresh = "catalog-refresh";
}
