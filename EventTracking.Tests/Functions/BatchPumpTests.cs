using EventTracking.Core;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using EventTracking.Testing.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Functions;

/// <summary>How long a batch's items are hidden, and what happens to them while a store is unavailable.</summary>
public sealed class BatchPumpTests
{
    private static readonly TimeSpan Extension = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan StoreDown = TimeSpan.FromSeconds(2);

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
        await using var engine = new EngineHost(probe, new FunctionSettings { Timeout = TimeSpan.FromMinutes(5) });
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
    public async Task Completes_a_batch_whose_items_could_not_be_hidden_for_longer()
    {
        var release = new TaskCompletionSource();
        var probe = new ProbeFunction(async (_, _, _) =>
        {
            await release.Task;
            return Outcome.Succeeded;
        });
        var queue = new StubbornQueue();
        await using var engine = new EngineHost(services =>
        {
            services.AddSingleton(new RegisteredFunction("probe", new FunctionSettings { Timeout = TimeSpan.FromMinutes(5) }, () => probe));
            services.AddRoute("test", "probe", "probe");
            services.AddSingleton<IWorkQueue>(provider => queue.Around(ActivatorUtilities.CreateInstance<EmbeddedQueue>(provider)));
        });
        var id = await engine.SendAsync("long");

        var running = engine.RunAsync();
        await engine.Time.BegunAsync(Extension);
        engine.Time.Advance(Extension);
        await queue.Refused.WaitAsync(Cancellation);
        release.SetResult();
        await running;

        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(id)).Status);
        Assert.Equal(new QueueDepth(0, 0), await engine.Get<IWorkQueue>().GetDepthAsync("probe", Cancellation));
    }

    [Fact]
    public async Task Shows_the_items_of_a_process_that_died_after_a_minute()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => Task.FromResult(Outcome.Succeeded)));
        await engine.SendAsync("taken");
        var function = engine.Get<FunctionRegistry>().Find("probe")!;
        Assert.Single(await engine.Get<BatchPump>().ReceiveAsync(function, TimeSpan.Zero, Cancellation));
        Assert.Equal(0, await engine.RunAsync());

        engine.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, await engine.RunAsync());
    }

    [Fact]
    public async Task Acknowledges_items_as_soon_as_the_queue_responds_again()
    {
        await using var engine = Start<IWorkQueue>(nameof(IWorkQueue.AcknowledgeAsync), nameof(IWorkQueue.DeferAsync));
        var done = await engine.SendAsync("done");
        await engine.SendAsync("again", "again");

        await RunThroughOutageAsync(engine);

        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(done)).Status);
        Assert.Equal(new QueueDepth(1, 0), await engine.Get<IWorkQueue>().GetDepthAsync("probe", Cancellation));
        engine.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, await engine.RunAsync());
    }

    [Fact]
    public async Task Leaves_its_items_to_others_where_it_is_to_stop_and_the_queue_does_not_answer()
    {
        await using var engine = Start<IWorkQueue>(nameof(IWorkQueue.AcknowledgeAsync));
        var id = await engine.SendAsync("done");
        var function = engine.Get<FunctionRegistry>().Find("probe")!;
        var items = await engine.Get<BatchPump>().ReceiveAsync(function, TimeSpan.Zero, Cancellation);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.Get<BatchPump>().RunAsync(function, items, new CancellationToken(canceled: true)));

        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(id)).Status);
    }

    [Fact]
    public async Task Records_what_was_done_as_soon_as_the_ledger_responds_again()
    {
        await using var engine = Start<IEventLedger>(nameof(IEventLedger.CompleteAsync));
        var id = await engine.SendAsync("done");

        await RunThroughOutageAsync(engine);

        var record = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Succeeded, 1), (record.Status, record.AttemptCount));
        Assert.Equal(new QueueDepth(0, 0), await engine.Get<IWorkQueue>().GetDepthAsync("probe", Cancellation));
    }

    /// <summary>A store that fails the first two calls of each method.</summary>
    private static EngineHost Start<TStore>(params string[] methods)
        where TStore : class => new(services =>
        {
            var probe = new ProbeFunction((body, _, _) => body == "again" ? throw new TimeoutException() : Task.FromResult(Outcome.Succeeded));
            services.AddSingleton(new RegisteredFunction("probe", new FunctionSettings(), () => probe));
            services.AddRoute("test", "probe", "probe");
            var store = services.Last(service => service.ServiceType == typeof(TStore));
            services.AddSingleton(provider => Outage<TStore>.Of(
                (TStore)(store.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, store.ImplementationType!)),
                [.. methods, .. methods]));
        });

    private static async Task RunThroughOutageAsync(EngineHost engine)
    {
        var running = engine.RunAsync();

        // Several calls pause in parallel, and not in step.
        while (await Task.WhenAny(running, engine.Time.BegunAsync(StoreDown)) != running)
        {
            engine.Time.Advance(StoreDown);
        }

        Assert.True(await running > 0);
    }

    /// <summary>A queue that fails to extend items with an unexpected error.</summary>
    private sealed class StubbornQueue : IWorkQueue
    {
        private readonly TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private IWorkQueue? inner;

        public Task Refused => refused.Task;

        private IWorkQueue Inner => inner ?? throw new InvalidOperationException("The test has no inner queue yet.");

        public StubbornQueue Around(IWorkQueue queue)
        {
            inner = queue;
            return this;
        }

        public Task ExtendAsync(IReadOnlyList<ReceivedItem> items, TimeSpan visibility, CancellationToken cancellationToken)
        {
            refused.TrySetResult();
            throw new InvalidOperationException("a queue that fails");
        }

        public Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken) => Inner.SendAsync(items, delay, cancellationToken);

        public Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken) =>
            Inner.ReceiveAsync(function, limit, visibility, wait, cancellationToken);

        public Task AcknowledgeAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => Inner.AcknowledgeAsync(items, cancellationToken);

        public Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken) => Inner.DeferAsync(deferrals, cancellationToken);

        public Task<QueueDepth> GetDepthAsync(string function, CancellationToken cancellationToken) => Inner.GetDepthAsync(function, cancellationToken);
    }
}
