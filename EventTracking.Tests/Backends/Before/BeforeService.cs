using EventTracking.Core;
using EventTracking.Core.Functions;
using EventTracking.Core.Processing;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Api;
using EventTracking.Tests.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Backends.Before;

/// <summary>
/// The service on data of an earlier version: the stock integration with the sandbox, a function <c>probe</c> of the test,
/// no background work, and a clock that the test sets.
/// </summary>
internal sealed class BeforeService : IAsyncDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(5);

    private BeforeService(ApiFixture api, FakeTimeProvider time)
    {
        Api = api;
        Time = time;
    }

    public ApiFixture Api { get; }

    private FakeTimeProvider Time { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<BeforeService> StartAsync(DateTimeOffset now, Dictionary<string, string?> settings)
    {
        var time = new FakeTimeProvider(now);
        var function = new ProbeFunction((_, _, _) => Task.FromResult(Outcome.Succeeded));
        var api = await ApiFixture.StartAsync("Development", new(settings) { ["Sandbox:Echo"] = "false", ["Shopify:BaseAddress"] = "http://sandbox/shopify/", ["Brightpearl:BaseAddress"] = "http://sandbox/brightpearl/" }, collection =>
        {
            collection.AddSingleton<TimeProvider>(time);
            collection.AddSingleton(new RegisteredFunction("probe", new FunctionSettings(), () => function));
            collection.AddRoute("test", "probe", "probe");
        });
        return new BeforeService(api, time);
    }

    /// <summary>
    /// Advances the clock by an hour, so that backoffs end, and then runs and sweeps until nothing is left to do. An emulated queue
    /// hides the items of events that are held by its own clock, so the sweeper sends others.
    /// </summary>
    public async Task RunToTheEndAsync()
    {
        Time.Advance(TimeSpan.FromHours(1));
        for (var round = 0; round < 8; round++)
        {
            foreach (var function in Get<FunctionRegistry>().All)
            {
                while (await EndAsync(Get<BatchPump>().RunAsync(function, TimeSpan.Zero, Cancellation)) > 0)
                {
                }
            }

            Time.Advance(Round);
            await Get<Sweeper>().SweepAsync(Cancellation);
            await Get<Sweeper>().SweepInFlightAsync(Cancellation);
        }
    }

    /// <summary>Lets time pass while a batch runs: an import looks again once lists lag behind it no more.</summary>
    private async Task<int> EndAsync(Task<int> batch)
    {
        while (!batch.IsCompleted)
        {
            await Task.WhenAny(batch, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Cancellation));
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        return await batch;
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    private T Get<T>()
        where T : notnull => Api.Services.GetRequiredService<T>();
}
