using EventTracking.Api.Hosting.Local;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Processing;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Functions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Tests.Hosting;

/// <summary>The polling host.</summary>
public sealed class FunctionWorkerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takes_no_more_when_it_stops_and_lets_the_running_batch_end()
    {
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var engine = new EngineHost(new ProbeFunction(async (_, _, _) =>
        {
            begun.TrySetResult();
            await release.Task;
            return Outcome.Succeeded;
        }));
        using var worker = Create(engine);
        var running = await engine.SendAsync("running");
        await worker.StartAsync(Cancellation);
        await begun.Task.WaitAsync(Cancellation);

        var stopping = worker.StopAsync(Cancellation);
        var late = await engine.SendAsync("late");
        Assert.False(stopping.IsCompleted);
        release.SetResult();
        await stopping;

        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(running)).Status);
        Assert.Equal(EventStatus.Queued, (await engine.FindAsync(late)).Status);
    }

    [Fact]
    public async Task Runs_four_batches_of_a_function_at_once()
    {
        var running = 0;
        var most = 0;
        var four = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var engine = new EngineHost(
            new ProbeFunction(async (_, _, _) =>
            {
                var now = Interlocked.Increment(ref running);
                most = Math.Max(most, now);
                if (now == 4)
                {
                    four.TrySetResult();
                }

                await release.Task;
                Interlocked.Decrement(ref running);
                return Outcome.Succeeded;
            }),
            new FunctionSettings { BatchSize = 1 });
        List<EventId> ids = [];
        for (var number = 0; number < 6; number++)
        {
            ids.Add(await engine.SendAsync($"event {number}"));
        }

        using var worker = Create(engine);
        await worker.StartAsync(Cancellation);
        await four.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(EventStatus.Queued, (await engine.FindAsync(ids[^1])).Status);
        release.SetResult();
        while ((await engine.FindAsync(ids[^1])).Status != EventStatus.Succeeded || (await engine.FindAsync(ids[^2])).Status != EventStatus.Succeeded)
        {
            await Task.Yield();
            Cancellation.ThrowIfCancellationRequested();
        }

        await worker.StopAsync(Cancellation);
        Assert.Equal(4, most);
    }

    [Fact]
    public async Task Takes_nothing_until_the_function_is_ready()
    {
        var ready = TimeSpan.FromSeconds(7);
        var ran = new TaskCompletionSource();
        await using var engine = new EngineHost(new ProbeFunction((_, _) =>
        {
            ran.TrySetResult();
            return Task.FromResult(Outcome.Succeeded);
        })
        { Ready = () => ready });
        var id = await engine.SendAsync("waits");
        using var worker = Create(engine);
        await worker.StartAsync(Cancellation);

        await engine.Time.BegunAsync(TimeSpan.FromSeconds(5));
        ready = TimeSpan.FromSeconds(2);
        engine.Time.Advance(TimeSpan.FromSeconds(5));
        await engine.Time.BegunAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(0, (await engine.FindAsync(id)).AttemptCount);
        Assert.False(ran.Task.IsCompleted);
        ready = TimeSpan.Zero;
        engine.Time.Advance(TimeSpan.FromSeconds(2));

        await ran.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Stops_at_once_while_the_function_is_not_ready()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _) => Task.FromResult(Outcome.Succeeded)) { Ready = () => TimeSpan.FromHours(1) });
        using var worker = Create(engine);
        await worker.StartAsync(Cancellation);
        await engine.Time.BegunAsync(TimeSpan.FromSeconds(5));

        await worker.StopAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private static FunctionWorker Create(EngineHost engine) =>
        new(engine.Get<FunctionRegistry>(), engine.Get<BatchPump>(), engine.Time, NullLogger<FunctionWorker>.Instance);
}
