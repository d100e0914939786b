using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Stock.Vocabulary;

/// <summary>A request to import an entity.</summary>
/// <param name="Entity">The entity's key, e.g. <c>product:1008</c> or <c>inventory-item:271878346596884015</c>.</param>
internal sealed record ImportRequest(string Entity);

/// <summary>A request to read a page of the catalog again from both systems.</summary>
/// <param name="After">The last product id of the previous page; null for the first page.</param>
internal sealed record RefreshPage(long? After);

/// <summary>A request to do the next step of an import of the whole catalog. What the step is, the import's record says.</summary>
/// <param name="Import">The number of the import.</param>
/// <param name="Step">The number of the step, starting at 0.</param>
internal sealed record CatalogImportStep(long Import, int Step);

/// <summary>The part of Shopify's <c>inventory_levels/*</c> that is used: the item and the location. The quantity is not used, because it is not a snapshot.</summary>
internal sealed record InventoryLevelMessage
{
    public required long InventoryItemId { get; init; }

    /// <summary>Null if the payload does not say.</summary>
    public long? LocationId { get; init; }
}

/// <summary>The part of Shopify's <c>inventory_items/*</c> and <c>locations/*</c> that is used. What the item or location is like is read anew.</summary>
internal sealed record ShopifyIdMessage
{
    public required long Id { get; init; }
}

/// <summary>A product change in the format of Brightpearl's webhooks.</summary>
internal sealed record ProductChange(string AccountCode, string ResourceType, string Id, string FullEvent, string RaisedOn)
{
    /// <summary>Composes the body that Brightpearl would have sent for this product.</summary>
    public static byte[] Compose(string account, string fullEvent, long productId, DateTimeOffset raisedOn)
    {
        var change = new ProductChange(
            account,
            Entities.ProductKind,
            Entities.Product(productId).Id,
            fullEvent,
            raisedOn.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        return JsonSerializer.SerializeToUtf8Bytes(change, ChangeJson.Default.ProductChange);
    }
}

/// <summary>The integration's own messages and Shopify's, which use snake case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(ImportRequest))]
[JsonSerializable(typeof(RefreshPage))]
[JsonSerializable(typeof(CatalogImportStep))]
[JsonSerializable(typeof(InventoryLevelMessage))]
[JsonSerializable(typeof(ShopifyIdMessage))]
internal sealed partial class StockJson : JsonSerializerContext;

/// <summary>Brightpearl's messages, whose webhook template uses camel case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProductChange))]
internal sealed partial class ChangeJson : JsonSerializerContext;
