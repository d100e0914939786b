using EventTracking.Core.Catalog;
using EventTracking.Core.Connectors.Brightpearl;
using EventTracking.Core.Connectors.Shopify;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Reconciliation;
using EventTracking.Core.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTracking.Tests.Api;

/// <summary>What the composition does not register; nothing where it is complete.</summary>
internal static class EngineStandIns
{
    public static void AddMissing(IServiceCollection services)
    {
        services.TryAddSingleton<EventIntake>();
        services.TryAddSingleton<Replayer>();
        services.TryAddSingleton<Reconciler>();
        services.TryAddSingleton<ShopifyWebhooks>();
        services.TryAddSingleton<BrightpearlWebhooks>();
        services.TryAddSingleton<IEventLedger>(new GivenLedger());
        services.TryAddSingleton<IPayloadArchive>(new GivenArchive(new PayloadRead.Deleted()));
        services.TryAddSingleton<IProductCatalog>(new GivenCatalog());
    }
}
