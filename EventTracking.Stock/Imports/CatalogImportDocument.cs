using System.Text.Json.Serialization;

namespace EventTracking.Stock.Imports;

/// <summary>An import of the whole catalog: what it has done, and what its next step is. Times are UTC ticks (100 ns since the year 1).</summary>
internal sealed record CatalogImportDocument
{
    public string State { get; init; } = CatalogImportState.Running;

    public string Phase { get; init; } = CatalogImportPhase.Brightpearl;

    /// <summary>The number of the next step. The event of an earlier step has nothing to do any more.</summary>
    public int Step { get; init; }

    /// <summary>Where the next page begins: a row number at Brightpearl, a cursor at Shopify; null for the first page.</summary>
    public string? Cursor { get; init; }

    /// <summary>The smallest item id of Shopify's present list; null for the first list.</summary>
    public long? From { get; init; }

    /// <summary>The pages read of Shopify's present list.</summary>
    public int ListPages { get; init; }

    /// <summary>The largest item id so far.</summary>
    public long LastItem { get; init; }

    /// <summary>Whether the ids of Shopify's items have come in ascending order so far.</summary>
    public bool IsAscending { get; init; } = true;

    public int BrightpearlPages { get; init; }

    public int ShopifyPages { get; init; }

    /// <summary>The next products or items to match, in chunks.</summary>
    public int Chunk { get; init; }

    public int ProductsFound { get; init; }

    public int ProductsRead { get; init; }

    public int ItemsRead { get; init; }

    public int ProductsMatched { get; init; }

    public int Linked { get; init; }

    public int NewlyLinked { get; init; }

    public int Unlinked { get; init; }

    /// <summary>Products that could not be decided about with the others and are looked up one by one.</summary>
    public int Failures { get; init; }

    public Dictionary<string, int> Products { get; init; } = [];

    public Dictionary<string, int> Items { get; init; } = [];

    public int BrightpearlCalls { get; init; }

    public int ShopifyCalls { get; init; }

    public long StartedAt { get; init; }

    public long UpdatedAt { get; init; }

    public long? EndedAt { get; init; }

    /// <summary>Why it failed, for an operator.</summary>
    public string? Failure { get; init; }

    /// <summary>The operator who started it; null if the engine did.</summary>
    public string? StartedBy { get; init; }

    /// <summary>Why, in the operator's words.</summary>
    public string? StartReason { get; init; }

    /// <summary>The operator who cancelled it.</summary>
    public string? CancelledBy { get; init; }

    /// <summary>Why, in the operator's words.</summary>
    public string? CancelReason { get; init; }
}

/// <summary>What an operator decided about an import.</summary>
/// <param name="By">The name of the operator's key.</param>
/// <param name="Reason">Why, in the operator's words; null if the operator did not say.</param>
internal sealed record OperatorDecision(string By, string? Reason);

/// <summary>The number of the last import. There is one such record.</summary>
internal sealed record LastCatalogImportDocument(long Number);

/// <summary>A page of a system's catalog: lists of the same length.</summary>
internal sealed record CatalogPageDocument(long[] Ids, string?[] Skus, bool[] Tracked)
{
    /// <summary>Why SKUs cannot be used; null if all can.</summary>
    public string?[]? SkuFaults { get; init; }

    public static CatalogPageDocument Of(IReadOnlyList<CatalogRow> rows) => new([.. rows.Select(row => row.Id)], [.. rows.Select(row => row.Sku)], [.. rows.Select(row => row.Tracked)])
    {
        SkuFaults = rows.Any(row => row.SkuFault is not null) ? [.. rows.Select(row => row.SkuFault)] : null,
    };
}

/// <summary>The states of an import, as they are stored and shown.</summary>
internal static class CatalogImportState
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
}

/// <summary>What an import is doing, as it is stored and shown.</summary>
internal static class CatalogImportPhase
{
    public const string Brightpearl = "reading-brightpearl";
    public const string Shopify = "reading-shopify";
    public const string Products = "matching-products";
    public const string Items = "matching-items";
    public const string End = "ending";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CatalogImportDocument))]
[JsonSerializable(typeof(LastCatalogImportDocument))]
[JsonSerializable(typeof(CatalogPageDocument))]
internal sealed partial class CatalogImportJson : JsonSerializerContext;
