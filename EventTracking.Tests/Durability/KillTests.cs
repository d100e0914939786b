using EventTracking.Api.Authorization;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Durability;

/// <summary>The promise behind 202: under load the service is killed without warning, again and again.</summary>
public class KillTests
{
    private const int Kills = 3;
    private const int AcknowledgedBetweenKills = 60;

    [Fact]
    public async Task No_acknowledged_event_is_lost_and_nothing_is_applied_twice()
    {
        var key = ApiKey.Create();
        await using var sandbox = await ServiceProcess.StartSandboxAsync();
        await using var service = await ServiceProcess.StartAsync(sandbox, key);
        var load = new StockLoad(service, sandbox, key);

        for (var kill = 0; kill < Kills; kill++)
        {
            using var down = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var running = load.RunAsync(down.Token);
            var target = load.Acknowledged + AcknowledgedBetweenKills;
            await StockLoad.UntilAsync(() => load.Acknowledged >= target, running);
            await service.KillAsync();
            await down.CancelAsync();
            await running;
            await service.RestartAsync();
        }

        await load.TellAllAsync();
        await load.AwaitAllFinalAsync();
        await load.AssertAppliedOnceAsync();
        Assert.All(load.Refusals, refusals => Assert.Equal(0, refusals));
    }
}
