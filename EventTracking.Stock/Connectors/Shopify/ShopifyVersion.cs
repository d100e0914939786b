namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>
/// A version of the Admin API that the connector's documents are valid for. Earlier versions have neither <c>@idempotent</c> nor
/// <c>changeFromQuantity</c>: https://shopify.dev/changelog/compare-and-swap-redesign-for-inventory-set-quantities
/// </summary>
internal sealed record ShopifyVersion
{
    public const string First = "2026-01";
    public const string Last = "2026-10";
    public const string Unstable = "unstable";

    // "unstable" sorts after every date.
    private ShopifyVersion(string name) => Name = name;

    /// <summary>All accepted versions, oldest first.</summary>
    public static IReadOnlyList<ShopifyVersion> All { get; } = [new(First), new("2026-04"), new("2026-07"), new(Last), new(Unstable)];

    public string Name { get; }

    /// <summary>
    /// Whether levels that were deactivated are shown on request. They keep their quantities and are adjusted like active ones:
    /// https://shopify.dev/changelog/add-isactive-field-to-inventorylevel
    /// </summary>
    public bool ShowsInactiveLevels => IsFrom("2026-04");

    /// <summary>
    /// Whether a quantity can be set where an item has no level yet:
    /// https://shopify.dev/changelog/removal-of-itemnotstockedatlocation-error
    /// </summary>
    public bool AdjustsAnyLocation => IsFrom("2026-10");

    /// <summary>Returns the version; null if it is not accepted.</summary>
    public static ShopifyVersion? Find(string? name) => All.FirstOrDefault(version => version.Name == name);

    public bool IsFrom(string version) => string.CompareOrdinal(Name, version) >= 0;

    public bool IsUntil(string version) => string.CompareOrdinal(Name, version) <= 0;

    public override string ToString() => Name;
}
