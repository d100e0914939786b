using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Functions;
using EventTracking.Core.Processing;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;

namespace EventTracking.Testing.Simulation;

/// <summary>
/// What a host does with its process: takes batches from the queues and runs them, a few of each function at once, and runs the
/// sweeper. It looks at the queues when something has happened, instead of polling them.
/// </summary>
internal sealed class ProcessWork
{
    private const int BatchesAtOnce = 3;
    private static readonly TimeSpan StoreDown = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan InFlightInterval = TimeSpan.FromMinutes(30);

    private readonly Lock gate = new();
    private readonly SimulatedProcess process;
    private readonly SimulatedWorld world;
    private readonly List<FunctionQueue> queues;
    private bool sweeping;
    private TimeSpan wakeAt = TimeSpan.MaxValue;

    public ProcessWork(SimulatedProcess process, SimulatedWorld world)
    {
        this.process = process;
        this.world = world;
        queues = [.. process.Get<FunctionRegistry>().All.OrderBy(function => function.Name, StringComparer.Ordinal).Select(function => new FunctionQueue(function))];
        if (!world.Habits.IsCalm)
        {
            EverySweep(world.SweepInterval, sweeper => sweeper.SweepAsync);
        }

        if (!world.Habits.IsCalm && world.Habits.SearchesInFlight)
        {
            EverySweep(InFlightInterval, sweeper => sweeper.SweepInFlightAsync);
        }
    }

    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return !sweeping && queues.TrueForAll(queue => queue.Running == 0);
            }
        }
    }

    /// <summary>Starts the batches that can start, and schedules another look for when the next item is due.</summary>
    public void Look()
    {
        if (!process.IsAlive)
        {
            return;
        }

        var visible = FindVisible();
        var next = TimeSpan.MaxValue;
        foreach (var queue in queues)
        {
            var at = visible.GetValueOrDefault(queue.Name, TimeSpan.MaxValue);
            bool begin;
            lock (gate)
            {
                at = at < queue.NotBefore && at < TimeSpan.MaxValue ? queue.NotBefore : at;
                begin = at <= world.Timeline.Now && !queue.Receiving && queue.Running < BatchesAtOnce;
                if (begin)
                {
                    queue.Receiving = true;
                    queue.Running++;
                }
            }

            if (begin)
            {
                _ = RunBatchAsync(queue);
            }
            else if (at > world.Timeline.Now && at < next)
            {
                next = at;
            }
        }

        Wake(next);
    }

    private void Wake(TimeSpan at)
    {
        if (at < TimeSpan.MaxValue && (at < wakeAt || wakeAt <= world.Timeline.Now))
        {
            wakeAt = at;
            world.Timeline.At(at, 0, Look);
        }
    }

    private Dictionary<string, TimeSpan> FindVisible() => process.Store.Read(database =>
    {
        using var statement = database.Use("SELECT function, min(visible_at) FROM queue INDEXED BY queue_by_visibility GROUP BY function");
        var found = new Dictionary<string, TimeSpan>();
        while (statement.Step())
        {
            found[statement.GetText(0)] = statement.GetTime(1) - process.Store.Clock.Now + world.Timeline.Now;
        }

        return found;
    });

    private async Task RunBatchAsync(FunctionQueue queue)
    {
        var pump = process.Get<BatchPump>();
        var failed = false;
        try
        {
            var items = await pump.ReceiveAsync(queue.Function, TimeSpan.Zero, CancellationToken.None);
            lock (gate)
            {
                queue.Receiving = false;
            }

            if (items.Count > 0)
            {
                await pump.RunAsync(queue.Function, items, CancellationToken.None);
            }
        }
#pragma warning disable CA1031 // As in the host, the next batch must run whatever the failure was.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failed = true;
            world.Note($"batch of {queue.Name} broke: {exception.GetType().Name}");
        }

        lock (gate)
        {
            queue.Receiving = false;
            queue.Running--;
            queue.NotBefore = failed ? world.Timeline.Now + StoreDown : TimeSpan.Zero;
        }

        world.Timeline.At(world.Timeline.Now, 0, Look);
    }

    private void EverySweep(TimeSpan interval, Func<Sweeper, Func<CancellationToken, Task<SweepResult>>> sweep) =>
        world.Timeline.At(world.Timeline.Now + interval, 0, () =>
        {
            if (process.IsAlive)
            {
                EverySweep(interval, sweep);
                _ = SweepAsync(sweep(process.Get<Sweeper>()));
            }
        });

    private async Task SweepAsync(Func<CancellationToken, Task<SweepResult>> sweep)
    {
        lock (gate)
        {
            if (sweeping)
            {
                return;
            }

            sweeping = true;
        }

        try
        {
            var result = await sweep(CancellationToken.None);
            if (result != default)
            {
                world.Note($"swept: {result.Resent} resent, {result.Released} released, {result.Expired} expired, {result.DeadLettered} deadLettered");
            }
        }
#pragma warning disable CA1031 // As the host does: the next sweep takes it up.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            world.Note($"sweep broke: {exception.GetType().Name}");
        }

        lock (gate)
        {
            sweeping = false;
        }
    }

    private sealed class FunctionQueue(RegisteredFunction function)
    {
        public RegisteredFunction Function => function;

        public string Name => function.Name;

        public bool Receiving { get; set; }

        public int Running { get; set; }

        public TimeSpan NotBefore { get; set; }
    }
}
