using System.Globalization;

namespace EventTracking.Stock.Catalog;

/// <summary>A place in the list of all products: those of Brightpearl by their ids, and after them the items that only Shopify has.</summary>
internal readonly record struct CatalogCursor(long Id, bool IsItem)
{
    /// <summary>The length of the largest item's position: <c>item:</c> and a number of 19 digits.</summary>
    public const int MaxLength = 24;

    private const string Item = "item:";

    public static bool TryParse(string? text, out CatalogCursor cursor)
    {
        var isItem = text?.StartsWith(Item, StringComparison.Ordinal) == true;
        var isRead = long.TryParse(isItem ? text.AsSpan(Item.Length) : text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0;
        cursor = new CatalogCursor(id, isItem);
        return isRead;
    }

    public override string ToString() => (IsItem ? Item : "") + Id.ToString(CultureInfo.InvariantCulture);
}
