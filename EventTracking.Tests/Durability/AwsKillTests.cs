using EventTracking.Tests.Backends.Aws;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Durability;

/// <summary>
/// Messages that a killed process had received from SQS become visible again a minute later, so this takes about that long.
/// </summary>
public sealed class AwsKillTests(AwsEmulators emulators) : KillContract, IAsyncDisposable
{
    private readonly AwsNames names = new(emulators);

    public ValueTask DisposeAsync() => names.DisposeAsync();

    private protected override async Task<ServiceProcess> StartAsync(ServiceProcess sandbox, string key)
    {
        await emulators.RequireAsync();
        await names.ProvisionAsync();
        return await ServiceProcess.StartAsync(sandbox, key, names.Environment);
    }

    /// <summary>
    /// Every product must be imported first: an event that is being released at the kill would be sent by the sweeper,
    /// minutes later.
    /// </summary>
    private protected override async Task PrepareAsync(StockLoad load)
    {
        await load.NotifyAllAsync();
        await load.AwaitAllFinalAsync();
    }
}
