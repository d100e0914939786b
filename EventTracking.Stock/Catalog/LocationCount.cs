namespace EventTracking.Stock.Catalog;

/// <summary>How many of the linked products are compared at a location.</summary>
/// <param name="Compared">Both quantities are known.</param>
/// <param name="NotStocked">Both sides have been read, and Shopify does not stock the item there.</param>
internal readonly record struct LocationCount(int Compared, int NotStocked)
{
    public LocationCount With(LocationStock stock, bool isCompared) =>
        stock.IsRead ? this with { Compared = Compared + 1 } : isCompared ? this with { NotStocked = NotStocked + 1 } : this;
}
