using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Stock.Connectors.Shopify;

internal sealed record GraphCall<TVariables>(string Query, string OperationName, TVariables Variables);

internal sealed record GraphResponse<TData>(TData? Data, IReadOnlyList<GraphError>? Errors, GraphExtensions? Extensions);

internal sealed record GraphError(string? Message, GraphErrorExtensions? Extensions);

internal sealed record GraphErrorExtensions(string? Code);

internal sealed record GraphExtensions(GraphCost? Cost);

internal sealed record GraphCost(double? RequestedQueryCost, GraphThrottleStatus? ThrottleStatus);

internal sealed record GraphThrottleStatus(double CurrentlyAvailable, double RestoreRate);

internal sealed record VariantsVariables(string Search, string Location, string? After);

internal sealed record VariantsData(GraphPage<VariantNode>? ProductVariants);

internal sealed record GraphPage<TNode>(IReadOnlyList<TNode?>? Nodes, GraphPageInfo? PageInfo);

internal sealed record GraphPageInfo(bool HasNextPage, string? EndCursor);

internal sealed record VariantNode(string? Sku, ItemNode? InventoryItem);

internal sealed record ItemNode(string? Id, string? Sku, bool? Tracked, LevelNode? InventoryLevel);

internal sealed record LevelNode(IReadOnlyList<QuantityNode?>? Quantities);

internal sealed record QuantityNode(string? Name, int Quantity);

internal sealed record SkuVariables(string Id);

internal sealed record SkuData(ItemNode? InventoryItem);

internal sealed record LevelsVariables(IReadOnlyList<string> Ids, string Location);

internal sealed record LevelsData(IReadOnlyList<ItemNode?>? Nodes);

internal sealed record SetVariables(SetInput Input, string Key);

internal sealed record SetInput(string Name, string Reason, string ReferenceDocumentUri, IReadOnlyList<SetQuantity> Quantities);

/// <param name="InventoryItemId">The item.</param>
/// <param name="LocationId">The location.</param>
/// <param name="Quantity">The new quantity.</param>
/// <param name="ChangeFromQuantity">The expected current quantity. Shopify refuses a request without this key, so an ignore condition must never drop it.</param>
internal sealed record SetQuantity(
    string InventoryItemId,
    string LocationId,
    int Quantity,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int ChangeFromQuantity);

internal sealed record SetData(SetPayload? InventorySetQuantities);

internal sealed record SetPayload(IReadOnlyList<UserError>? UserErrors);

internal sealed record UserError(string? Code, string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GraphResponse<JsonElement>))]
[JsonSerializable(typeof(GraphCall<VariantsVariables>), TypeInfoPropertyName = "VariantsCall")]
[JsonSerializable(typeof(GraphResponse<VariantsData>), TypeInfoPropertyName = "VariantsResponse")]
[JsonSerializable(typeof(GraphCall<SkuVariables>), TypeInfoPropertyName = "SkuCall")]
[JsonSerializable(typeof(GraphResponse<SkuData>), TypeInfoPropertyName = "SkuResponse")]
[JsonSerializable(typeof(GraphCall<LevelsVariables>), TypeInfoPropertyName = "LevelsCall")]
[JsonSerializable(typeof(GraphResponse<LevelsData>), TypeInfoPropertyName = "LevelsResponse")]
[JsonSerializable(typeof(GraphCall<SetVariables>), TypeInfoPropertyName = "SetCall")]
[JsonSerializable(typeof(GraphResponse<SetData>), TypeInfoPropertyName = "SetResponse")]
internal sealed partial class ShopifyJson : JsonSerializerContext;
