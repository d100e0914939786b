using System.Text.Json.Serialization;
using EventTracking.Core.Records;

namespace EventTracking.Stock.Catalog;

/// <summary>An unlinked product or item as it is stored, under its id.</summary>
/// <param name="Sku">Its SKU.</param>
/// <param name="Code">Why it is not linked, in a word.</param>
/// <param name="Reason">The same for an operator.</param>
/// <param name="CheckedAt">When it was looked up, in UTC ticks (100 ns since the year 1).</param>
internal abstract record UnlinkedDocument(string? Sku, string Code, string Reason, long CheckedAt)
{
    public static UnlinkedRecord ToRecord<T>(StoredRecord<T> stored)
        where T : UnlinkedDocument => new(stored.Id, stored.Value.Sku, stored.Value.Code, stored.Value.Reason, new DateTimeOffset(stored.Value.CheckedAt, TimeSpan.Zero));
}

/// <summary>A product of Brightpearl.</summary>
internal sealed record UnlinkedProductDocument(string? Sku, string Code, string Reason, long CheckedAt) : UnlinkedDocument(Sku, Code, Reason, CheckedAt);

/// <summary>An inventory item of Shopify.</summary>
internal sealed record UnlinkedItemDocument(string? Sku, string Code, string Reason, long CheckedAt) : UnlinkedDocument(Sku, Code, Reason, CheckedAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UnlinkedProductDocument))]
[JsonSerializable(typeof(UnlinkedItemDocument))]
internal sealed partial class UnlinkedJson : JsonSerializerContext;
