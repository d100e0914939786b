using System.Globalization;

namespace EventTracking.Stock.Catalog;

/// <summary>How much of the stock the catalog compares. Without it, an empty list of discrepancies would look like an all-clear.</summary>
/// <param name="Linked">Products that are linked.</param>
/// <param name="Compared">Linked products whose quantities have been read on both sides.</param>
/// <param name="UnlinkedProducts">Brightpearl's products that are not linked, by reason.</param>
/// <param name="UnlinkedItems">Shopify's items that are not linked, by reason.</param>
/// <param name="Locations">How many of the linked products are compared at each location.</param>
/// <param name="CountedAt">When these were counted.</param>
/// <param name="IsWhole">False if there are more than are counted.</param>
/// <param name="ImportedAt">The end of the last import of the whole catalog; null if there was none.</param>
/// <param name="RefreshedAt">The end of the last refresh that read all linked products again; null if there was none.</param>
internal sealed record Coverage(
    int Linked,
    int Compared,
    IReadOnlyDictionary<string, int> UnlinkedProducts,
    IReadOnlyDictionary<string, int> UnlinkedItems,
    IReadOnlyDictionary<long, LocationCount> Locations,
    DateTimeOffset CountedAt,
    bool IsWhole,
    DateTimeOffset? ImportedAt,
    DateTimeOffset? RefreshedAt)
{
    /// <summary>Events about quantities that have failed, are tried again or wait until Shopify accepts the access token, without those that a later success has made moot.</summary>
    public int Failing { get; init; }

    public int Unread => Linked - Compared;

    public int Unlinked => UnlinkedProducts.Values.Sum() + UnlinkedItems.Values.Sum();

    private int Ambiguous => UnlinkedProducts.Concat(UnlinkedItems).Where(count => UnlinkedReasons.IsAmbiguous(count.Key)).Sum(count => count.Value);

    /// <summary>Whether every product that both systems have and synchronize is compared, so that no listed discrepancy means that there is none.</summary>
    public bool IsComplete => ImportedAt is not null && Unread == 0 && Failing == 0 && Ambiguous == 0 && IsWhole;

    /// <summary>The same for an operator.</summary>
    public string Summary => this switch
    {
        { ImportedAt: null } => "The catalog was never imported completely, so products may be missing here that both systems have. Import it.",
        { Unread: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{Unread} of {Linked} linked products have not been read on both sides, so whether they differ is not known. A reconciliation that reads both systems again reads them."),
        { Failing: 1 } => string.Create(CultureInfo.InvariantCulture, $"All {Linked} linked products have been read on both sides, but an event about a quantity has failed, is tried again or waits for Shopify, so one of these readings may be out of date."),
        { Failing: > 0 } => string.Create(CultureInfo.InvariantCulture, $"All {Linked} linked products have been read on both sides, but {Failing} events about quantities have failed, are tried again or wait for Shopify, so some of these readings may be out of date."),
        { IsWhole: false } => "There are more products than are counted, so whether all of them are compared is not known.",
        { IsComplete: false } => string.Create(CultureInfo.InvariantCulture, $"All {Linked} linked products are compared, but {Ambiguous} are not linked because their SKU is not unique."),
        _ => string.Create(CultureInfo.InvariantCulture, $"All {Linked} linked products are compared. {Unlinked} are on one side only or are not synchronized."),
    };
}
