using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Durability;

public sealed class EmbeddedKillTests : KillContract
{
    private protected override Task<ServiceProcess> StartAsync(ServiceProcess sandbox, string key) => ServiceProcess.StartAsync(sandbox, key);
}
