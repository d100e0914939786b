namespace EventTracking.Stock.Catalog;

/// <summary>Which products to list. Filters that are null do not apply.</summary>
internal sealed record CatalogQuery
{
    public bool? Linked { get; init; }

    /// <summary>The whole SKU, case included.</summary>
    public string? Sku { get; init; }

    /// <summary>One of <see cref="UnlinkedReasons"/>; linked products have none.</summary>
    public string? Reason { get; init; }

    /// <summary>Only linked products whose quantities differ.</summary>
    public bool Differs { get; init; }

    public CatalogCursor? After { get; init; }

    public int Limit { get; init; } = 50;

    public bool HasLinked => Linked is not false && Reason is null;

    public bool HasUnlinked => Linked is not true && !Differs;
}

/// <summary>A page of products. It may be shorter than requested although more products follow, because one call examines a limited number. Only a null <paramref name="Next"/> marks the last page.</summary>
internal sealed record CatalogPage(IReadOnlyList<CatalogEntry> Entries, CatalogCursor? Next);
