using System.Text.Json.Serialization;

namespace EventTracking.Guide;

/// <summary>What is read of Shopify's <c>products/update</c>.</summary>
internal sealed record ProductUpdate(long Id, DateTimeOffset UpdatedAt, IReadOnlyList<Variant> Variants);

/// <summary>A variant of a product.</summary>
internal sealed record Variant(decimal Price);

/// <summary>Asks for the import of a list price.</summary>
internal sealed record ListPriceRequest(long ProductId);

/// <summary>Stored: the last price of a product.</summary>
internal sealed record Price(decimal Amount, DateTimeOffset UpdatedAt);

/// <summary>Stored, and what the price service returns.</summary>
internal sealed record ListPrice(decimal Amount);

/// <summary>Shopify writes amounts as text.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ProductUpdate))]
[JsonSerializable(typeof(ListPriceRequest))]
[JsonSerializable(typeof(Price))]
[JsonSerializable(typeof(ListPrice))]
internal sealed partial class PriceJson : JsonSerializerContext;
