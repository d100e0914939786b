using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Stock.Connectors.Brightpearl;

internal sealed record BrightpearlResponse<T>(T? Response);

internal sealed record ProductMessage(long? Id, ProductIdentity? Identity, ProductStock? Stock, ProductComposition? Composition);

internal sealed record ProductIdentity(string? Sku);

internal sealed record ProductStock(bool? StockTracked);

internal sealed record ProductComposition(bool? Bundle);

internal sealed record SearchMessage(IReadOnlyList<JsonElement>? Results, SearchMetaData? MetaData);

internal sealed record SearchMetaData(IReadOnlyList<SearchColumn>? Columns, bool MorePagesAvailable, long LastResult);

internal sealed record SearchColumn(string? Name);

internal sealed record AvailabilityMessage(StockMessage? Total, IReadOnlyDictionary<string, StockMessage?>? Warehouses);

internal sealed record StockMessage(int? OnHand, int? Allocated);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BrightpearlResponse<IReadOnlyList<ProductMessage?>>), TypeInfoPropertyName = "Products")]
[JsonSerializable(typeof(BrightpearlResponse<SearchMessage>), TypeInfoPropertyName = "Search")]
[JsonSerializable(typeof(BrightpearlResponse<IReadOnlyDictionary<string, AvailabilityMessage?>>), TypeInfoPropertyName = "Availability")]
internal sealed partial class BrightpearlJson : JsonSerializerContext;
