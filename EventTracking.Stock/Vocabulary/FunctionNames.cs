namespace EventTracking.Stock.Vocabulary;

/// <summary>The names of the stock integration's functions, which are also the names of their queues.</summary>
internal static class FunctionNames
{
    public const string StockSync = "stock-sync";
    public const string InventoryObserved = "inventory-observed";
    public const string ProductImport = "product-import";
    public const string FanOut = "fan-out";
    public const string CatalogRefresh = "catalog-refresh";
    public const string CatalogImport = "catalog-import";
    public const string Compliance = "compliance";
}
