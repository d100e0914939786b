using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Waiting;
using EventTracking.Stock.Access;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Imports;

/// <summary>The dependency on the shop: an event waits until Shopify accepts the access token. The "import" is an event that shows whether it does.</summary>
internal sealed class ShopDependency(ShopAccess access, IOptions<ShopifyOptions> options, TimeProvider time) : IDependencyKind
{
    /// <summary>The sweeper asks too, and it has other work to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            await access.RequireAsync(linked.Token);
            return true;
        }
        catch (Exception exception) when (exception is ConnectorException || (exception is OperationCanceledException && expiry.IsCancellationRequested))
        {
            return false;
        }
    }

    public Delivery ComposeImport(EntityKey dependency) => EntityImport.Compose(options.Value.ShopDomain, dependency);
}
