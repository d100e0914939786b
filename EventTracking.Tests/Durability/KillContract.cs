using System.Globalization;
using System.Security.Cryptography;
using EventTracking.Api.Authorization;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Durability;

/// <summary>
/// The guarantee behind 202: under load the service is killed without warning, repeatedly, and sometimes again in the middle
/// of its start. <c>EVENTTRACKING_TEST_KILLS</c> sets how often, and <c>EVENTTRACKING_TEST_SEED</c> repeats the moments of a run.
/// </summary>
public abstract class KillContract
{
    private const int UsualKills = 3;
    private const int MaxAcknowledgedBetweenKills = 120;
    private const int OneAtStartIn = 4;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxDelayAfterStart = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task No_acknowledged_event_is_lost_and_nothing_is_applied_twice()
    {
        var kills = NumberOf("EVENTTRACKING_TEST_KILLS") ?? UsualKills;
        var seed = NumberOf("EVENTTRACKING_TEST_SEED") ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        Say($"EVENTTRACKING_TEST_KILLS={kills} EVENTTRACKING_TEST_SEED={seed}");
        var random = new Random(seed);
        var key = ApiKey.Create();
        await using var sandbox = await ServiceProcess.StartSandboxAsync();
        await using var service = await StartAsync(sandbox, key);
        var load = new StockLoad(service, sandbox, key);
        await PrepareAsync(load);

        var begun = TimeProvider.System.GetTimestamp();
        var atStart = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            if (kill > 0)
            {
                if (random.Next(OneAtStartIn) == 0)
                {
                    await service.RestartAndKillAsync(StartTimeout * random.NextDouble());
                    atStart++;
                }

                await service.RestartAsync();
            }

            await KillUnderLoadAsync(service, load, random);
        }

        await service.RestartAsync();
        await load.NotifyAllAsync();
        await load.AwaitAllFinalAsync();
        await load.AssertAppliedOnceAsync();
        Say($"{kills} kills under load and {atStart} at the start; {load.Acknowledged} events acknowledged, 0 lost, 0 applied twice; {load.Refusals.Sum()} deliveries refused; {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s");
    }

    /// <summary>The service on the backend.</summary>
    private protected abstract Task<ServiceProcess> StartAsync(ServiceProcess sandbox, string key);

    /// <summary>What must happen before the first kill.</summary>
    private protected virtual Task PrepareAsync(StockLoad load) => Task.CompletedTask;

    private static async Task KillUnderLoadAsync(ServiceProcess service, StockLoad load, Random random)
    {
        using var down = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = load.RunAsync(down.Token);
        var target = load.Acknowledged + random.Next(1, MaxAcknowledgedBetweenKills);
        await StockLoad.UntilAsync(() => load.Acknowledged >= target, running);

        // Do not wait for any effect: the kill must come at an arbitrary moment.
        await Task.Delay(MaxDelayAfterStart * random.NextDouble(), TimeProvider.System, TestContext.Current.CancellationToken);
        await service.KillAsync();
        await down.CancelAsync();
        await running;
    }

    private static int? NumberOf(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    private static void Say(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
