using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Connectors.Tokens;

namespace EventTracking.Stock.Access;

/// <summary>Whether Shopify accepts the access token. Shopify revokes it at the moment when the app is uninstalled, and nothing but a call shows it.</summary>
internal sealed class ShopAccess(ShopifyClient shopify)
{
    /// <summary>No shop has this item, so the call is the cheapest one that needs the token.</summary>
    private const long NoItem = 1;

    /// <summary>Returns whether a call failed because Shopify refused the token. Other failures say nothing about it.</summary>
    public static bool IsRefused(ConnectorException failure) => failure.Code is ShopifyGraph.Connector + "/http-401" or ShopifyGraph.Connector + "/http-403" or ShopifyGraph.Connector + TokenEndpoint.Refused;

    /// <summary>Makes a call.</summary>
    /// <exception cref="ConnectorException">Shopify refused the token (see <see cref="IsRefused"/>) or did not respond.</exception>
    public Task RequireAsync(CancellationToken cancellationToken) => shopify.GetItemsAsync([NoItem], cancellationToken);
}
