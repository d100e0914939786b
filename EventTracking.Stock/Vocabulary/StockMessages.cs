using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Stock.Vocabulary;

/// <summary>Asks for the import of an entity.</summary>
/// <param name="Entity">E.g. <c>product:1008</c> or <c>inventory-item:271878346596884015</c>.</param>
internal sealed record ImportRequest(string Entity);

/// <summary>Asks for a page of the catalog to be read anew from both systems.</summary>
/// <param name="After">The last product id of the page before; null for the first page.</param>
internal sealed record RefreshPage(long? After);

/// <summary>What is read of Shopify's <c>inventory_levels/*</c>: which item; the quantity in it is no snapshot.</summary>
internal sealed record InventoryLevelMessage
{
    public required long InventoryItemId { get; init; }
}

/// <summary>A product change in the shape that Brightpearl's webhook has.</summary>
internal sealed record ProductChange(string AccountCode, string ResourceType, string Id, string FullEvent, string RaisedOn)
{
    /// <summary>The body that Brightpearl would have sent for this product.</summary>
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

/// <summary>The product's own messages and Shopify's, which use snake case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(ImportRequest))]
[JsonSerializable(typeof(RefreshPage))]
[JsonSerializable(typeof(InventoryLevelMessage))]
internal sealed partial class StockJson : JsonSerializerContext;

/// <summary>Brightpearl's messages, whose template uses camel case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProductChange))]
internal sealed partial class ChangeJson : JsonSerializerContext;
