using System.Net;
using EventTracking.Api.Authorization;
using EventTracking.Testing.Aws.Emulators;
using EventTracking.Tests.Backends.Aws;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Durability;

/// <summary>The guarantee behind 202 on AWS: under load all of AWS fails without warning and recovers a little later.</summary>
public sealed class OutageTests : IDisposable
{
    private const int AcknowledgedBefore = 120;
    private const int AcknowledgedAfter = 60;

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(4);

    private readonly string data = Directory.CreateTempSubdirectory("emulators-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_acknowledged_event_is_lost_and_nothing_is_applied_twice()
    {
        await using var emulators = await AwsEmulators.RequireOwnAsync(data);
        Dictionary<string, string?> settings = new(new AwsNames().Environment.Concat(EmulatorAddress.EnvironmentFor(emulators.Address)));
        var (exitCode, output) = await ServiceProcess.RunCommandAsync("provision", settings);
        Assert.True(exitCode == 0, output);
        var key = ApiKey.Create();
        await using var sandbox = await ServiceProcess.StartSandboxAsync();
        await using var service = await ServiceProcess.StartAsync(sandbox, key, settings);
        var load = new StockLoad(service, sandbox, key);

        // Every product must be imported first: an event that is being released at the outage would be sent by the sweeper, minutes later.
        await load.NotifyAllAsync();
        await load.AwaitAllFinalAsync();

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = load.RunAsync(ended.Token);
        await StockLoad.UntilAsync(() => load.Acknowledged >= AcknowledgedBefore, running);
        await emulators.KillAsync(Cancellation);
        var down = TimeProvider.System.GetTimestamp();
        await AssertOutOfServiceAsync(service);
        await StockLoad.UntilAsync(() => load.Refusals.All(refusals => refusals > 0) && TimeProvider.System.GetElapsedTime(down) > Outage, running);
        Assert.Null(await emulators.StartAsync(Cancellation));
        var up = TimeProvider.System.GetTimestamp();

        var target = load.Acknowledged + AcknowledgedAfter;
        await StockLoad.UntilAsync(() => load.Acknowledged >= target, running);
        await ended.CancelAsync();
        await running;
        await load.AwaitAllFinalAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{load.Acknowledged} events were acknowledged, {load.Refusals.Sum()} deliveries refused; all were final {TimeProvider.System.GetElapsedTime(up).TotalSeconds:0} s after AWS was there again");
        await load.AssertAppliedOnceAsync();
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("health/ready", Cancellation)).StatusCode);
    }

    public void Dispose() => Directory.Delete(data, recursive: true);

    private static async Task AssertOutOfServiceAsync(ServiceProcess service)
    {
        using var live = await service.Http.GetAsync("health/live", Cancellation);
        using var ready = await service.Http.GetAsync("health/ready", Cancellation);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.True(ready.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }
}
