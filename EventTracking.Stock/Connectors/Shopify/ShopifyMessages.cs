using System.Text.Json.Serialization;

namespace EventTracking.Stock.Connectors.Shopify;

internal sealed record GraphCall<TVariables>(string Query, string OperationName, TVariables Variables);

internal sealed record VariantsVariables(string Search, string? After);

internal sealed record CatalogVariables(string? After, string? Search);

internal sealed record ItemsVariables(IReadOnlyList<string> Ids);

internal sealed record SetVariables(SetInput Input, string Key);

internal sealed record SetInput(string Name, string Reason, string ReferenceDocumentUri, IReadOnlyList<SetQuantity> Quantities);

/// <param name="InventoryItemId">The item.</param>
/// <param name="LocationId">The location.</param>
/// <param name="Quantity">The new quantity.</param>
/// <param name="ChangeFromQuantity">The expected current quantity; null to compare with nothing. Shopify refuses a request without this key, so an ignore condition must never drop it.</param>
internal sealed record SetQuantity(
    string InventoryItemId,
    string LocationId,
    int Quantity,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? ChangeFromQuantity);

/// <summary>What is sent. What is received is read by <see cref="RemoteField"/>, which distinguishes an absent field from a <c>null</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GraphCall<VariantsVariables>), TypeInfoPropertyName = "VariantsCall")]
[JsonSerializable(typeof(GraphCall<ItemsVariables>), TypeInfoPropertyName = "ItemsCall")]
[JsonSerializable(typeof(GraphCall<CatalogVariables>), TypeInfoPropertyName = "CatalogCall")]
[JsonSerializable(typeof(GraphCall<SetVariables>), TypeInfoPropertyName = "SetCall")]
internal sealed partial class ShopifyJson : JsonSerializerContext;
