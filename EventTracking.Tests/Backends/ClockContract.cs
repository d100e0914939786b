using System.Collections.Concurrent;
using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Replay;

namespace EventTracking.Tests.Backends;

/// <summary>What becomes of the events of a process whose clock somebody sets two hours ahead or back, and later sets right.</summary>
public abstract class ClockContract
{
    private protected const string Function = "probe";

    /// <summary>The time limit of the function; its leases last five seconds longer.</summary>
    private protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private protected static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Lease = Limit + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<string> runs = [];

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The behaviour of the function.</summary>
    private protected Func<string, EventContext, Task<Outcome>> Handler { get; private set; }

    protected ClockContract() => Handler = (body, context) =>
    {
        runs.Enqueue(body);
        return context.Attempt == 1 && body.EndsWith("retried", StringComparison.Ordinal) ? throw new IOException("reset") : Task.FromResult(Outcome.Succeeded);
    };

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task Whatever_came_and_ran_while_the_clock_was_wrong_is_final_within_a_minute_of_its_correction(int hours)
    {
        List<EventId> ids = [await SendAsync("before"), await SendAsync("before, retried")];
        await RunAsync();

        SetClock(TimeSpan.FromHours(hours));
        ids.AddRange([await SendAsync("meanwhile"), await SendAsync("meanwhile, retried")]);
        await RunAsync();
        ids.AddRange([await SendAsync("unread"), await SendAsync("unread, retried")]);
        await PassAsync(WhileWrong);
        SetClock(TimeSpan.FromHours(-hours));
        ids.AddRange([await SendAsync("after"), await SendAsync("after, retried")]);

        await RunToEndAsync(ids, Minute);
        Assert.Equal(
            ["after", "after, retried", "after, retried", "before", "before, retried", "before, retried", "meanwhile", "meanwhile, retried", "meanwhile, retried", "unread", "unread, retried", "unread, retried"],
            runs.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_attempt_that_runs_while_the_clock_is_set_keeps_its_time_and_its_event()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Handler = (body, _) =>
        {
            runs.Enqueue(body);
            entered.TrySetResult();
            return end.Task;
        };
        var id = await SendAsync("long");
        var running = RunAsync();
        await entered.Task.WaitAsync(Patience, Cancellation);

        // Another item of the event arrives each time, and finds that the event is held.
        foreach (var hours in (int[])[2, -2, -2, 2])
        {
            SetClock(TimeSpan.FromHours(hours));
            await Get<Requeuer>().ResendAsync(await FindAsync(id), Cancellation);
            Assert.Equal(1, await RunAsync());
        }

        end.SetResult(Outcome.Succeeded);
        await running.WaitAsync(Patience, Cancellation);
        var record = await FindAsync(id);
        Assert.Equal((EventStatus.Succeeded, 1), (record.Status, record.AttemptCount));
        Assert.Equal(["long"], runs);
    }

    // A host takes an event and dies. Its clock was two hours ahead or behind.
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task The_event_of_an_attempt_that_died_is_taken_over_after_its_lease_and_not_before(int hours)
    {
        var id = await SendAsync("orphan");
        var item = Assert.Single(await Get<IWorkQueue>().ReceiveAsync(Function, 10, Step, Patience, Cancellation)).Item;
        SetClock(TimeSpan.FromHours(hours));
        var now = Get<TimeProvider>().GetUtcNow();
        Assert.IsType<ClaimResult.Claimed>(await Get<IEventLedger>().ClaimAsync(new Claim(item.Event, item.Pointer, now, now + Lease), Cancellation));
        SetClock(TimeSpan.FromHours(-hours));

        await PassAsync(Step);
        Assert.Equal(1, await RunAsync());
        Assert.Empty(runs);
        await RunToEndAsync([id], Lease + Minute);

        var record = await FindAsync(id);
        Assert.Equal(2, record.AttemptCount);
        Assert.Null(record.Attempts[0].EndedAt);
        Assert.Equal(["orphan"], runs);
    }

    /// <summary>How long the clock is wrong.</summary>
    private protected abstract TimeSpan WhileWrong { get; }

    private protected abstract T Get<T>()
        where T : notnull;

    /// <summary>Sets the clock ahead or back; nothing else changes.</summary>
    private protected abstract void SetClock(TimeSpan ahead);

    /// <summary>Lets time pass.</summary>
    private protected abstract ValueTask PassAsync(TimeSpan time);

    private protected Task<EventRecord> FindAsync(EventId id) => FindAsync(Get<IEventLedger>(), id);

    private protected static async Task<EventRecord> FindAsync(IEventLedger ledger, EventId id) => Assert.IsType<EventRecord>(await ledger.FindAsync(id, Cancellation));

    private protected Task<EventId> SendAsync(string body) => SendAsync(Get<EventIntake>(), body, Get<TimeProvider>().GetUtcNow());

    private protected static async Task<EventId> SendAsync(EventIntake intake, string body, DateTimeOffset triggeredAt)
    {
        var delivery = new Delivery
        {
            Source = "test",
            Account = "account",
            Topic = "probe",
            DeliveryId = Sample.Name("delivery"),
            TriggeredAt = triggeredAt,
            Body = Encoding.UTF8.GetBytes(body),
        };
        return (await intake.AcceptAsync(delivery, Cancellation)).Id;
    }

    /// <summary>Runs what is due now, and returns how many items that were.</summary>
    private protected async Task<int> RunAsync()
    {
        var ran = 0;
        while (await Get<BatchPump>().RunAsync(Get<FunctionRegistry>().Find(Function)!, TimeSpan.Zero, Cancellation) is var items and > 0)
        {
            ran += items;
        }

        return ran;
    }

    /// <summary>Runs the events to their end, which must come within the time.</summary>
    private protected async Task RunToEndAsync(IReadOnlyList<EventId> ids, TimeSpan within)
    {
        for (var passed = TimeSpan.Zero; ; passed += Step)
        {
            await RunAsync();
            var records = await Task.WhenAll(ids.Select(FindAsync));
            if (records.All(record => record.Status == EventStatus.Succeeded))
            {
                return;
            }

            Assert.True(passed < within, string.Join(", ", records.Where(record => record.Status != EventStatus.Succeeded).Select(record => $"{record.Status} since {record.UpdatedAt:T}")));
            await PassAsync(Step);
        }
    }
}
