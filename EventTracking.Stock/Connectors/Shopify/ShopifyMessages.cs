using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Stock.Connectors.Shopify;

internal sealed record GraphCall<TVariables>(string Query, string OperationName, TVariables Variables);

internal sealed record GraphResponse<TData>(TData? Data = default, IReadOnlyList<GraphError>? Errors = null, GraphExtensions? Extensions = null);

internal sealed record GraphError(string? Message = null, GraphErrorExtensions? Extensions = null);

internal sealed record GraphErrorExtensions(string? Code = null);

internal sealed record GraphExtensions(GraphCost? Cost = null);

internal sealed record GraphCost(double? RequestedQueryCost = null, GraphThrottleStatus? ThrottleStatus = null);

internal sealed record GraphThrottleStatus(double CurrentlyAvailable, double RestoreRate);

internal sealed record VariantsVariables(string Search, string Location, string? After);

internal sealed record VariantsData(GraphPage<VariantNode> ProductVariants);

internal sealed record GraphPage<TNode>(IReadOnlyList<TNode> Nodes, GraphPageInfo PageInfo);

internal sealed record GraphPageInfo(bool HasNextPage, string? EndCursor);

internal sealed record VariantNode(ItemNode InventoryItem);

internal sealed record ItemNode(string Id, string? Sku, bool Tracked, LevelNode? InventoryLevel);

internal sealed record LevelNode(IReadOnlyList<QuantityNode> Quantities);

internal sealed record QuantityNode(string Name, int Quantity);

internal sealed record ItemsVariables(IReadOnlyList<string> Ids, string Location);

internal sealed record ItemsData(IReadOnlyList<ItemNode?> Nodes);

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

internal sealed record UserError(string? Code, string? Message = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(GraphResponse<JsonElement>))]
[JsonSerializable(typeof(GraphCall<VariantsVariables>), TypeInfoPropertyName = "VariantsCall")]
[JsonSerializable(typeof(GraphResponse<VariantsData>), TypeInfoPropertyName = "VariantsResponse")]
[JsonSerializable(typeof(GraphCall<ItemsVariables>), TypeInfoPropertyName = "ItemsCall")]
[JsonSerializable(typeof(GraphResponse<ItemsData>), TypeInfoPropertyName = "ItemsResponse")]
[JsonSerializable(typeof(GraphCall<SetVariables>), TypeInfoPropertyName = "SetCall")]
[JsonSerializable(typeof(GraphResponse<SetData>), TypeInfoPropertyName = "SetResponse")]
internal sealed partial class ShopifyJson : JsonSerializerContext;
