using EventTracking.Core.Functions;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Reads of Shopify about one thing, which the events of a batch make together.</summary>
internal sealed class ShopifyReads(ShopifyClient shopify)
{
    private readonly SharedCall<long, ShopifyItem?> items = new(async (ids, cancellationToken) =>
    {
        var found = await shopify.GetItemsAsync(ids, cancellationToken);
        return [.. ids.Select(id => found.GetValueOrDefault(id))];
    });

    /// <summary>Returns an item with its levels at the configured locations; null if it does not exist.</summary>
    public Task<ShopifyItem?> GetItemAsync(long inventoryItemId, EventContext context, CancellationToken cancellationToken) => items.RunAsync(inventoryItemId, context, cancellationToken);
}
