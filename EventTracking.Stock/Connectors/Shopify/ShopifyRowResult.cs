namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>What became of a quantity that was to be set.</summary>
internal abstract record ShopifyRowResult
{
    private ShopifyRowResult()
    {
    }

    /// <summary>It is set.</summary>
    internal sealed record Set : ShopifyRowResult;

    /// <summary>Nothing is set, because the current quantity is not the expected one.</summary>
    internal sealed record Stale : ShopifyRowResult;

    /// <summary>Nothing is set, because the item is not stocked at the location.</summary>
    internal sealed record NotStocked : ShopifyRowResult;

    /// <summary>It is not set, or nobody knows. Other rows may be set all the same.</summary>
    /// <param name="Failure">
    /// Why, to be thrown by whoever wanted the row: a <see cref="ConnectorException"/> or, if Shopify throttled the calls after those of other rows, a
    /// <see cref="Core.Functions.PostponedException"/>.
    /// </param>
    internal sealed record Refused(Exception Failure) : ShopifyRowResult;
}
