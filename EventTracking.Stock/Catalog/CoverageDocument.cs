using System.Text.Json.Serialization;

namespace EventTracking.Stock.Catalog;

/// <summary>How much of the stock is compared, as it was counted last. There is one such record.</summary>
internal sealed record CoverageDocument
{
    public int Linked { get; init; }

    public int Compared { get; init; }

    public Dictionary<string, int> Products { get; init; } = [];

    public Dictionary<string, int> Items { get; init; } = [];

    /// <summary>How much is compared at each location; empty if an earlier version counted.</summary>
    public Dictionary<long, LocationCount> Locations { get; init; } = [];

    /// <summary>False if there were more products than are counted.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>When it was counted, in UTC ticks (100 ns since the year 1), as all times here.</summary>
    public long CountedAt { get; init; }

    /// <summary>The end of the last import of the whole catalog.</summary>
    public long? ImportedAt { get; init; }

    /// <summary>The end of the last refresh that read all linked products again.</summary>
    public long? RefreshedAt { get; init; }

    public int Total => Linked + Products.Values.Sum() + Items.Values.Sum();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(CoverageDocument))]
internal sealed partial class CoverageJson : JsonSerializerContext;
