using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Stock.Catalog;

namespace EventTracking.Core.Backends.Embedded;

/// <summary>The catalog in SQLite.</summary>
internal sealed class EmbeddedProductCatalog(EmbeddedStore store) : IProductCatalog
{
    private const string Columns = "product_id, sku, inventory_item_id, location_id, bp_availability, bp_read_at, sh_availability, sh_read_at";
    private const string SelectProduct = $"SELECT {Columns} FROM products WHERE product_id = ?";
    private const string SelectByInventoryItem = $"SELECT {Columns} FROM products INDEXED BY products_by_inventory_item WHERE inventory_item_id = ?";
    private const string SelectAll = $"SELECT {Columns} FROM products WHERE product_id > ? ORDER BY product_id LIMIT ?";

    private const string SelectDiscrepancies = $"""
        SELECT {Columns} FROM products INDEXED BY products_with_discrepancy
        WHERE bp_availability <> sh_availability AND product_id > ? ORDER BY product_id LIMIT ?
        """;

    private const string Unlink = "DELETE FROM products WHERE inventory_item_id = ? AND product_id <> ?";

    // A level belongs to an inventory item at a location: that of another one says nothing.
    private const string Link = """
        INSERT INTO products (product_id, sku, inventory_item_id, location_id) VALUES (?, ?, ?, ?)
        ON CONFLICT (product_id) DO UPDATE SET
            sh_availability = iif(inventory_item_id = excluded.inventory_item_id AND location_id = excluded.location_id, sh_availability, NULL),
            sh_read_at = iif(inventory_item_id = excluded.inventory_item_id AND location_id = excluded.location_id, sh_read_at, NULL),
            sku = excluded.sku, inventory_item_id = excluded.inventory_item_id, location_id = excluded.location_id
        """;

    private const string UpdateBrightpearl =
        "UPDATE products SET bp_availability = ?, bp_read_at = ? WHERE product_id = ? AND (bp_read_at IS NULL OR bp_read_at < ?)";

    private const string UpdateShopify =
        "UPDATE products SET sh_availability = ?, sh_read_at = ? WHERE product_id = ? AND (sh_read_at IS NULL OR sh_read_at < ?)";

    public Task<ProductRecord?> FindAsync(long productId, CancellationToken cancellationToken) => FindBy(SelectProduct, productId, cancellationToken);

    public Task<ProductRecord?> FindByInventoryItemAsync(long inventoryItemId, CancellationToken cancellationToken) =>
        FindBy(SelectByInventoryItem, inventoryItemId, cancellationToken);

    public async Task LinkAsync(long productId, string sku, long inventoryItemId, long locationId, CancellationToken cancellationToken) =>
        await store.WriteAsync(
            scope =>
            {
                using var unlink = scope.Database.Use(Unlink);
                unlink.Bind(inventoryItemId).Bind(productId).Step();
                using var statement = scope.Database.Use(Link);
                return statement.Bind(productId).Bind(sku).Bind(inventoryItemId).Bind(locationId).Step();
            },
            cancellationToken);

    public Task<ProductRecord?> StoreBrightpearlAsync(long productId, Reading reading, CancellationToken cancellationToken) =>
        StoreAsync(UpdateBrightpearl, productId, reading, cancellationToken);

    public Task<ProductRecord?> StoreShopifyAsync(long productId, Reading reading, CancellationToken cancellationToken) =>
        StoreAsync(UpdateShopify, productId, reading, cancellationToken);

    public Task<IReadOnlyList<ProductRecord>> ListDiscrepanciesAsync(long? after, int limit, CancellationToken cancellationToken) =>
        List(SelectDiscrepancies, after, limit, cancellationToken);

    public Task<IReadOnlyList<ProductRecord>> ListAsync(long? after, int limit, CancellationToken cancellationToken) =>
        List(SelectAll, after, limit, cancellationToken);

    private Task<ProductRecord?> StoreAsync(string update, long productId, Reading reading, CancellationToken cancellationToken) =>
        store.WriteAsync(
            scope =>
            {
                using (var statement = scope.Database.Use(update))
                {
                    statement.Bind(reading.Quantity).Bind(reading.ReadAt).Bind(productId).Bind(reading.ReadAt).Step();
                }

                return Find(scope.Database, SelectProduct, productId);
            },
            cancellationToken);

    private Task<ProductRecord?> FindBy(string select, long id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read(database => Find(database, select, id)));
    }

    private Task<IReadOnlyList<ProductRecord>> List(string select, long? after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read<IReadOnlyList<ProductRecord>>(database =>
        {
            using var statement = database.Use(select);
            statement.Bind(after ?? long.MinValue).Bind(limit);
            List<ProductRecord> products = [];
            while (statement.Step())
            {
                products.Add(ReadProduct(statement));
            }

            return products;
        }));
    }

    private static ProductRecord? Find(Database database, string select, long id)
    {
        using var statement = database.Use(select);
        return statement.Bind(id).Step() ? ReadProduct(statement) : null;
    }

    private static ProductRecord ReadProduct(Statement statement) =>
        new(statement.GetNumber(0), statement.GetText(1), statement.GetNumber(2), statement.GetNumber(3))
        {
            Brightpearl = ReadReading(statement, 4),
            Shopify = ReadReading(statement, 6),
        };

    private static Reading? ReadReading(Statement statement, int first) =>
        statement.IsNull(first) ? null : new Reading(statement.GetInt(first), statement.GetTime(first + 1));
}
