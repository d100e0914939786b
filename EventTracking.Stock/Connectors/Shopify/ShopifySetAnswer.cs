namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>
/// Decides what the errors of a call that sets quantities mean for its rows. Invalid rows fail the whole call, each with an error that
/// names it. What a single stale row does to the others is not documented, so a row without an error counts as not set.
/// </summary>
internal static class ShopifySetAnswer
{
    private const int MaxWords = 5;

    /// <summary>Codes that can only be about a row, even if the error does not name it: https://shopify.dev/docs/api/admin-graphql/latest/enums/InventorySetQuantitiesUserErrorCode</summary>
    private static readonly HashSet<string?> OfRows =
    [
        "CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_REQUIRED", "COMPARE_QUANTITY_STALE", "INVALID_INVENTORY_ITEM", "INVALID_LOCATION", "INVALID_QUANTITY_NEGATIVE",
        "INVALID_QUANTITY_TOO_HIGH", "INVALID_QUANTITY_TOO_LOW", "ITEM_NOT_STOCKED_AT_LOCATION", "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "NON_MUTABLE_INVENTORY_ITEM",
    ];

    /// <summary>Returns the result of each row; null for a row that is to be sent again without those that have a result or, if none has one, with fewer others.</summary>
    /// <param name="errors">The errors in the answer.</param>
    /// <param name="rows">The number of rows of the call.</param>
    public static IReadOnlyList<ShopifyRowResult?> Read(IReadOnlyList<ShopifyUserError> errors, int rows)
    {
        if (errors.Count == 0)
        {
            return [.. Enumerable.Repeat(new ShopifyRowResult.Set(), rows)];
        }

        var named = errors.Where(error => error.Row < rows).ToLookup(error => error.Row);
        List<ShopifyUserError> unnamed = [.. errors.Where(error => !(error.Row < rows))];
        var areAboutAll = rows == 1 || (named.Count == 0 && !unnamed.TrueForAll(error => OfRows.Contains(error.Code)));
        return [.. Enumerable.Range(0, rows).Select(row => areAboutAll ? ResultOf([.. named[row], .. unnamed]) : named.Contains(row) ? ResultOf([.. named[row]]) : null)];
    }

    private static ShopifyRowResult ResultOf(List<ShopifyUserError> errors) =>
        errors.TrueForAll(error => error.Code is "CHANGE_FROM_QUANTITY_STALE" or "COMPARE_QUANTITY_STALE") ? new ShopifyRowResult.Stale()
        : errors.TrueForAll(error => error.Code == "ITEM_NOT_STOCKED_AT_LOCATION") ? new ShopifyRowResult.NotStocked()
        : new ShopifyRowResult.Refused(Refused(errors));

    private static ConnectorException Refused(List<ShopifyUserError> errors)
    {
        var refusal = ShopifyErrors.OfUserErrors(errors);
        var words = string.Join("; ", errors.Take(MaxWords).Select(error => error.AsRemote().ToString()));
        return new ConnectorException($"Shopify refused {ShopifyQueries.SetAvailableName}: {words}", $"{ShopifyGraph.Connector}/{refusal.Code}", refusal.Transient) { RetryAfter = refusal.RetryAfter };
    }
}
