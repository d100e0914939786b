namespace EventTracking.Core.Backends.Aws.Records;

/// <summary>The catalog's table by its names. It holds products, and for every inventory item a link to the product that owns it.</summary>
internal static class ProductsTable
{
    /// <summary>Hash key, text: <c>product#{shard}</c> of a product, <c>item#{shard}</c> of a link.</summary>
    public const string PartitionKey = "pk";

    /// <summary>Range key of the table and of the index, number: the product's id, or that of the inventory item.</summary>
    public const string SortKey = "sk";

    /// <summary>Sparse index of <see cref="Drift"/> and <see cref="SortKey"/> that carries all attributes.</summary>
    public const string Discrepancies = "discrepancies";

    /// <summary>Text: <c>drift#{shard}</c> while the two quantities differ.</summary>
    public const string Drift = "drift";

    public const string Sku = "sku";

    /// <summary>Number.</summary>
    public const string InventoryItem = "item";

    /// <summary>Number.</summary>
    public const string Location = "location";

    /// <summary>Number.</summary>
    public const string BrightpearlQuantity = "bp_availability";

    /// <summary>Number of 100 ns since the year 1.</summary>
    public const string BrightpearlReadAt = "bp_read_at";

    /// <summary>Number.</summary>
    public const string ShopifyQuantity = "sh_availability";

    /// <summary>Number of 100 ns since the year 1.</summary>
    public const string ShopifyReadAt = "sh_read_at";

    /// <summary>There while a product's inventory item is not known to be its own yet: nobody sees the product until then.</summary>
    public const string Pending = "pending";

    /// <summary>Number, of a link: the product that owns the inventory item.</summary>
    public const string Product = "product";

    /// <summary>Binary: drawn anew by every write, so that a writer recognises a change by others and a write of its own.</summary>
    public const string Version = "v";
}
