using System.Collections.Concurrent;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using EventTracking.Tests.Backends.Aws.Emulators;

namespace EventTracking.Tests.Backends.Aws;

public sealed class AwsClockTests : ClockContract, IAsyncLifetime
{
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lease = Limit + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly AwsBackend backend;
    private readonly AwsBackend other;

    public AwsClockTests(AwsEmulators emulators)
    {
        backend = new AwsBackend(emulators) { FirstBackoff = FirstBackoff };
        other = new AwsBackend(emulators) { FirstBackoff = FirstBackoff, Prefix = backend.Prefix };
    }

    // The emulators use the system clock, so their time passes as fast as the test's.
    private protected override TimeSpan WhileWrong => TimeSpan.FromSeconds(1);

    public async ValueTask InitializeAsync()
    {
        foreach (var host in (AwsBackend[])[backend, other])
        {
            host.Probe.Timeout = Limit;
            await host.InitializeAsync();
            host.Handler = (body, context, _) => Handler(body, context);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await backend.DisposeAsync();
    }

    // A host takes events and is cut off while it runs them, as if it had died.
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_host_takes_over_from_one_that_died_and_whose_clock_was_ten_minutes_ahead_or_behind(int sign)
    {
        backend.Time.Advance(Apart * sign);
        var end = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var entered = new CountdownEvent(5);
        var died = 0L;
        backend.Handler = (_, _, _) =>
        {
            died = TimeProvider.System.GetTimestamp();
            entered.Signal();
            return end.Task;
        };
        ConcurrentQueue<(EventId Id, long At)> runs = [];
        other.Handler = (_, context, _) =>
        {
            runs.Enqueue((context.Event.Id, TimeProvider.System.GetTimestamp()));
            return Task.FromResult(Outcome.Succeeded);
        };
        List<EventId> ids = [];
        for (var number = 0; number < 5; number++)
        {
            ids.Add(await SendAsync(backend.Get<EventIntake>(), "taken", TimeProvider.System.GetUtcNow()));
        }

        var function = backend.Get<FunctionRegistry>().Find(Function)!;
        var items = await backend.Get<IWorkQueue>().ReceiveAsync(Function, 10, Hidden, Wait, Cancellation);
        Assert.Equal(5, items.Count);
        var running = backend.Get<BatchRunner>().RunAsync(function, items, Deadline.In(Minute, TimeProvider.System), Cancellation);
        Assert.True(entered.Wait(Minute, Cancellation));
        backend.Traffic.Response = (_, _) => throw new HttpRequestException("The host is cut off.");

        await RunToEndAsync([other], ids, Lease + Minute);

        // Each ran once, and none before the first host's attempt had to be over.
        Assert.Equal(ids.Order(), runs.Select(run => run.Id).Order());
        Assert.All(runs, run => Assert.True(TimeProvider.System.GetElapsedTime(died, run.At) >= Limit));
        backend.Traffic.Response = null;
        end.SetResult(Outcome.Ignored("too late"));
        await running;
        Assert.All(await Task.WhenAll(ids.Select(id => FindAsync(other.Ledger, id))), record =>
        {
            Assert.Equal((EventStatus.Succeeded, 2), (record.Status, record.AttemptCount));
            Assert.Null(record.Attempts[0].EndedAt);
        });
    }

    [Fact]
    public async Task Two_hosts_ten_minutes_apart_run_each_event_once_and_each_retry_in_time()
    {
        backend.Time.Advance(Apart);
        ConcurrentQueue<(EventId Id, int Attempt)> runs = [];
        foreach (var host in (AwsBackend[])[backend, other])
        {
            host.Handler = (body, context, _) =>
            {
                runs.Enqueue((context.Event.Id, context.Attempt));
                return context.Attempt == 1 && body == "retried" ? throw new IOException("reset") : Task.FromResult(Outcome.Succeeded);
            };
        }

        List<EventId> ids = [];
        for (var number = 0; number < 20; number++)
        {
            ids.Add(await SendAsync((number % 2 == 0 ? backend : other).Get<EventIntake>(), number % 4 < 2 ? "once" : "retried", TimeProvider.System.GetUtcNow()));
        }

        await RunToEndAsync([backend, other], ids, Minute);

        Assert.Equal(ids.SelectMany((id, number) => number % 4 < 2 ? [(id, 1)] : ((EventId, int)[])[(id, 1), (id, 2)]).Order(), runs.Order());
        Assert.Equal(new QueueDepth(0, 0), await backend.Get<IWorkQueue>().GetDepthAsync(Function, Cancellation));
    }

    private protected override T Get<T>() => backend.Get<T>();

    private protected override void SetClock(TimeSpan ahead) => backend.Time.Advance(ahead);

    private protected override ValueTask PassAsync(TimeSpan time) => backend.PassAsync(time);

    /// <summary>Lets hosts work at the same time until all events have ended.</summary>
    private static async Task RunToEndAsync(IReadOnlyList<AwsBackend> hosts, IReadOnlyList<EventId> ids, TimeSpan within)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await Task.WhenAll(hosts.Select(host => host.Get<BatchPump>().RunAsync(host.Get<FunctionRegistry>().Find(Function)!, Wait, Cancellation)));
            var records = await Task.WhenAll(ids.Select(id => FindAsync(hosts[0].Ledger, id)));
            if (records.All(record => record.Status == EventStatus.Succeeded))
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(begun) < within, $"{records.Count(record => record.Status != EventStatus.Succeeded)} events have not ended.");
        }
    }
}
