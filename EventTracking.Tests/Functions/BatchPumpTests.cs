using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;

namespace EventTracking.Tests.Functions;

/// <summary>How long a batch's items are hidden.</summary>
public sealed class BatchPumpTests
{
    private static readonly TimeSpan Extension = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hides_items_for_as_long_as_their_batch_runs()
    {
        var release = new TaskCompletionSource();
        var probe = new ProbeFunction(async (_, _, _) =>
        {
            await release.Task;
            return Outcome.Succeeded;
        });
        await using var engine = await EngineHost.StartAsync(probe, new FunctionSettings { Timeout = TimeSpan.FromMinutes(5) });
        var id = await engine.SendAsync("long");

        var running = engine.RunAsync();
        for (var extensions = 0; extensions < 5; extensions++)
        {
            await engine.Time.BegunAsync(Extension);
            engine.Time.Advance(Extension);
        }

        await engine.Time.BegunAsync(Extension);
        Assert.Empty(await engine.Get<IWorkQueue>().ReceiveAsync("probe", 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
        release.SetResult();
        await running;

        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(id)).Status);
        Assert.Equal(new QueueDepth(0, 0), await engine.Get<IWorkQueue>().GetDepthAsync("probe", Cancellation));
    }

    [Fact]
    public async Task Shows_the_items_of_a_process_that_died_after_a_minute()
    {
        await using var engine = await EngineHost.StartAsync(new ProbeFunction((_, _, _) => Task.FromResult(Outcome.Succeeded)));
        await engine.SendAsync("taken");
        var function = engine.Get<FunctionRegistry>().Find("probe")!;
        Assert.Single(await engine.Get<BatchPump>().ReceiveAsync(function, TimeSpan.Zero, Cancellation));
        Assert.Equal(0, await engine.RunAsync());

        engine.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, await engine.RunAsync());
    }
}
