namespace EventTracking.Stock.Vocabulary;

/// <summary>The sources and topics of the stock integration, shared by its connectors and routes.</summary>
internal static class Topics
{
    public const string Shopify = "shopify";
    public const string Brightpearl = "brightpearl";
    public const string FanOutSource = "fan-out";
    public const string ImportSource = "import";
    public const string ReconciliationSource = "reconciliation";
    public const string CatalogSource = "catalog";

    public const string InventoryLevelsUpdate = "inventory_levels/update";
    public const string InventoryLevelsConnect = "inventory_levels/connect";
    public const string InventoryLevelsDisconnect = "inventory_levels/disconnect";
    public const string InventoryItemsCreate = "inventory_items/create";
    public const string InventoryItemsUpdate = "inventory_items/update";
    public const string InventoryItemsDelete = "inventory_items/delete";
    public const string LocationsDeactivate = "locations/deactivate";
    public const string AppUninstalled = "app/uninstalled";
    public const string CustomersDataRequest = "customers/data_request";
    public const string CustomersRedact = "customers/redact";
    public const string ShopRedact = "shop/redact";
    public const string OnHandModified = "product.modified.on-hand-modified";
    public const string ProductCreated = "product.created";
    public const string ProductModified = "product.modified";
    public const string ProductDestroyed = "product.destroyed";
    public const string ImportEntity = "import.entity";
    public const string RefreshCatalog = "catalog.refresh";
    public const string ImportCatalog = "catalog.import";
}
