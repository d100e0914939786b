using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Tests.Stock.Connectors.Shopify;

/// <summary>Sets a single quantity.</summary>
internal static class OneRow
{
    public static async Task<ShopifyRowResult> SetOneAsync(this ShopifyClient shopify, ShopifyChange change, string reference, CancellationToken cancellationToken) =>
        Assert.Single(await shopify.SetAvailableAsync([change], reference, cancellationToken));

    public static async Task<ConnectorException> RefusalOfAsync(this ShopifyClient shopify, ShopifyChange change, string reference, CancellationToken cancellationToken) =>
        Assert.IsType<ConnectorException>(Assert.IsType<ShopifyRowResult.Refused>(await shopify.SetOneAsync(change, reference, cancellationToken)).Failure);
}
