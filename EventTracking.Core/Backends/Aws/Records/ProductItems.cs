using System.Globalization;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Stock.Catalog;

namespace EventTracking.Core.Backends.Aws.Records;

/// <summary>Products, and the links of inventory items to them, as items of the products table.</summary>
internal static class ProductItems
{
    public const int Shards = 16;

    public static Dictionary<string, AttributeValue> ProductKey(long productId) => Key(ProductPartition(ShardOf(productId)), productId);

    public static Dictionary<string, AttributeValue> LinkKey(long inventoryItemId) =>
        Key($"item#{ShardOf(inventoryItemId):x}", inventoryItemId);

    public static string ProductPartition(int shard) => $"product#{shard:x}";

    public static string DriftPartition(int shard) => $"drift#{shard:x}";

    /// <summary>A text that is ordered as the ids are.</summary>
    public static string OrderOf(Dictionary<string, AttributeValue> item) =>
        ((ulong)(item.GetNumber(ProductsTable.SortKey) ^ long.MinValue)).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The index attribute is there exactly while the product is in the catalog and its quantities differ.</summary>
    public static Dictionary<string, AttributeValue> Write(StoredProduct stored)
    {
        var product = stored.Product;
        var item = ProductKey(product.ProductId);
        item[ProductsTable.Sku] = Attributes.Text(product.Sku);
        item[ProductsTable.InventoryItem] = Attributes.Number(product.InventoryItemId);
        item[ProductsTable.Location] = Attributes.Number(product.LocationId);
        item[ProductsTable.Version] = Attributes.Binary(stored.Version);
        Write(item, ProductsTable.BrightpearlQuantity, ProductsTable.BrightpearlReadAt, product.Brightpearl);
        Write(item, ProductsTable.ShopifyQuantity, ProductsTable.ShopifyReadAt, product.Shopify);
        if (stored.IsPending)
        {
            item[ProductsTable.Pending] = Attributes.Flag(true);
        }
        else if (product.HasDiscrepancy)
        {
            item[ProductsTable.Drift] = Attributes.Text(DriftPartition(ShardOf(product.ProductId)));
        }

        return item;
    }

    public static Dictionary<string, AttributeValue> Write(StoredLink link)
    {
        var item = LinkKey(link.InventoryItemId);
        item[ProductsTable.Product] = Attributes.Number(link.ProductId);
        item[ProductsTable.Version] = Attributes.Binary(link.Version);
        return item;
    }

    public static StoredProduct Read(Dictionary<string, AttributeValue> item) => new(
        ReadProduct(item),
        item.ContainsKey(ProductsTable.Pending),
        item.FindBinary(ProductsTable.Version) ?? []);

    public static ProductRecord ReadProduct(Dictionary<string, AttributeValue> item) => new(
        item.GetNumber(ProductsTable.SortKey),
        item.GetText(ProductsTable.Sku),
        item.GetNumber(ProductsTable.InventoryItem),
        item.GetNumber(ProductsTable.Location))
    {
        Brightpearl = Read(item, ProductsTable.BrightpearlQuantity, ProductsTable.BrightpearlReadAt),
        Shopify = Read(item, ProductsTable.ShopifyQuantity, ProductsTable.ShopifyReadAt),
    };

    public static StoredLink ReadLink(Dictionary<string, AttributeValue> item) =>
        new(item.GetNumber(ProductsTable.SortKey), item.GetNumber(ProductsTable.Product), item.FindBinary(ProductsTable.Version) ?? []);

    private static Dictionary<string, AttributeValue> Key(string partition, long id) => new()
    {
        [ProductsTable.PartitionKey] = Attributes.Text(partition),
        [ProductsTable.SortKey] = Attributes.Number(id),
    };

    // The low four bits, of negative ids too.
    private static int ShardOf(long id) => (int)(id & (Shards - 1));

    private static void Write(Dictionary<string, AttributeValue> item, string quantity, string readAt, Reading? reading)
    {
        if (reading is { } known)
        {
            item[quantity] = Attributes.Number(known.Quantity);
            item[readAt] = Attributes.Time(known.ReadAt);
        }
    }

    private static Reading? Read(Dictionary<string, AttributeValue> item, string quantity, string readAt) =>
        item.FindNumber(quantity) is { } known ? new Reading((int)known, item.GetTime(readAt)) : null;
}

/// <summary>A product as it is stored.</summary>
/// <param name="Product">The product.</param>
/// <param name="IsPending">It is not in the catalog yet: its inventory item may still be another's.</param>
/// <param name="Version">The token of the last write.</param>
internal sealed record StoredProduct(ProductRecord Product, bool IsPending, byte[] Version);

/// <summary>Whose an inventory item is.</summary>
/// <param name="InventoryItemId">The inventory item.</param>
/// <param name="ProductId">The product that owns it, if it names it too.</param>
/// <param name="Version">The token of the last write.</param>
internal sealed record StoredLink(long InventoryItemId, long ProductId, byte[] Version);
