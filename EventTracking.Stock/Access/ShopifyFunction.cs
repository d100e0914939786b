using EventTracking.Core.Functions;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Access;

/// <summary>
/// A function that calls Shopify. While Shopify refuses the access token, because the app was uninstalled or the token replaced, its
/// events wait for the shop: another attempt would not help, but they must run as soon as somebody has installed the app again.
/// </summary>
internal abstract class ShopifyFunction<TMessage> : TrackedFunction<TMessage>
    where TMessage : notnull
{
    protected sealed override async Task<Outcome> HandleAsync(TMessage message, EventContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(message, context, cancellationToken);
        }
        catch (ConnectorException failure) when (ShopAccess.IsRefused(failure))
        {
            context.Step(failure.Message);
            return Outcome.WaitFor(Entities.Shop);
        }
    }

    protected abstract Task<Outcome> RunAsync(TMessage message, EventContext context, CancellationToken cancellationToken);
}
