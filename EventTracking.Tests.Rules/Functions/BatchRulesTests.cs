using System.Collections.Concurrent;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>Who runs and who speaks for whom in a batch, and how long.</summary>
public sealed class BatchRulesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EventStatus.Succeeded, true)]
    [InlineData(EventStatus.Superseded, true)]
    [InlineData(EventStatus.Retrying, true)]
    [InlineData(EventStatus.Queued, true)]
    [InlineData(EventStatus.Ignored, false)]
    [InlineData(EventStatus.Failed, false)]
    public async Task The_newest_speaks_for_the_others_of_its_entity_unless_it_did_nothing_or_failed_for_good(EventStatus outcome, bool speaks)
    {
        ConcurrentQueue<string> runs = [];
        await using var engine = new Engine(new ProbeFunction((message, _) =>
        {
            runs.Enqueue(message);
            return Task.FromResult(message == "newest" ? End(outcome) : Outcome.Succeeded);
        })
        { Trigger = true });
        var older = await SendAsync(engine, "older", "middle", "newest");

        await engine.RunAsync();

        Assert.Equal(speaks ? ["newest"] : ["newest", "middle"], runs);
        Assert.Equal(EventStatus.Superseded, (await engine.FindAsync(older[0])).Status);
        Assert.Equal(speaks ? EventStatus.Superseded : EventStatus.Succeeded, (await engine.FindAsync(older[1])).Status);
        Assert.Equal(outcome, (await engine.FindAsync(older[2])).Status);
    }

    [Fact]
    public async Task Events_that_carry_data_run_one_by_one_in_their_order()
    {
        ConcurrentQueue<string> runs = [];
        await using var engine = new Engine(new ProbeFunction((message, _) =>
        {
            runs.Enqueue(message);
            return Task.FromResult(Outcome.Succeeded);
        }));
        await SendAsync(engine, "first", "second", "third");

        await engine.RunAsync();

        Assert.Equal(["first", "second", "third"], runs);
    }

    // A minute for the event; the lease outlives the attempt by five seconds.
    [Theory]
    [InlineData(300, 65)]
    [InlineData(60, 65)]
    [InlineData(40, 45)]
    public async Task The_lease_ends_with_the_time_of_the_event_or_of_the_batch(int batchSeconds, int leaseSeconds)
    {
        DateTimeOffset? lease = null;
        Engine? engine = null;
        await using var running = engine = new Engine(
            new ProbeFunction(async (_, context) =>
            {
                lease = (await engine!.FindAsync(context.Event.Id)).LeaseUntil;
                return Outcome.Succeeded;
            }),
            new FunctionSettings { Timeout = TimeSpan.FromMinutes(1) });
        await engine.SendAsync("event");

        await RunAsync(engine, TimeSpan.FromSeconds(batchSeconds));

        Assert.Equal(Given.Now.AddSeconds(leaseSeconds), lease);
    }

    // Two events of one entity, the first of which is slow: the second either starts with its full minute left or returns to the queue.
    [Theory]
    [InlineData(300, 240, true)]
    [InlineData(300, 241, false)]
    [InlineData(120, 60, true)]
    [InlineData(120, 61, false)]
    [InlineData(80, 40, true)]
    [InlineData(80, 41, false)]
    public async Task No_event_begins_without_its_time_or_half_of_the_batch_left(int batchSeconds, int secondsOfFirst, bool begins)
    {
        Engine? engine = null;
        DateTimeOffset firstEnds = default;
        await using var running = engine = new Engine(
            new ProbeFunction((message, _) =>
            {
                if (message == "first")
                {
                    engine!.Time.SetUtcNow(firstEnds);
                }

                return Task.FromResult(Outcome.Succeeded);
            }),
            new FunctionSettings { Timeout = TimeSpan.FromMinutes(1) });
        var ids = await SendAsync(engine, "first", "second");
        var start = engine.Time.GetUtcNow();
        firstEnds = start.AddSeconds(secondsOfFirst);

        var dispositions = await RunAsync(engine, TimeSpan.FromSeconds(batchSeconds));

        Assert.Equal(begins ? EventStatus.Succeeded : EventStatus.Queued, (await engine.FindAsync(ids[1])).Status);
        Assert.Equal(begins ? null : TimeSpan.Zero, dispositions[1].Delay);
    }

    [Fact]
    public async Task An_event_that_another_attempt_holds_comes_back_when_its_lease_ends()
    {
        await using var engine = new Engine(new ProbeFunction((_, _) => throw new InvalidOperationException("It must not run.")));
        var id = await engine.SendAsync("event");
        await engine.Ledger.ClaimAsync(new Claim((await engine.FindAsync(id)).Event, null, Given.Now, Given.Now.AddSeconds(17)), Cancellation);

        Assert.Equal(TimeSpan.FromSeconds(17), Assert.Single(await RunAsync(engine, TimeSpan.FromMinutes(1))).Delay);
    }

    [Fact]
    public async Task An_item_of_an_event_that_ended_is_removed()
    {
        await using var engine = new Engine(new ProbeFunction((_, _) => throw new InvalidOperationException("It must not run.")));
        var id = await engine.SendAsync("event");
        await engine.Ledger.CloseAsync(new CloseRequest(id, EventStatus.Dismissed, null, null, Given.Now) { From = [EventStatus.Queued] }, Cancellation);

        Assert.Null(Assert.Single(await RunAsync(engine, TimeSpan.FromMinutes(1))).Delay);
    }

    [Fact]
    public async Task A_failure_that_may_pass_comes_back_after_its_backoff()
    {
        await using var engine = new Engine(new ProbeFunction((_, _) => throw new IOException("reset")));
        var id = await engine.SendAsync("event");

        var disposition = Assert.Single(await RunAsync(engine, TimeSpan.FromMinutes(1)));

        // Half of ten seconds.
        var record = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Retrying, Given.Now.AddSeconds(5)), (record.Status, record.RetryAt));
        Assert.Equal(TimeSpan.FromSeconds(5), disposition.Delay);
    }

    [Fact]
    public async Task A_batch_of_a_function_that_is_not_ready_comes_back_untouched()
    {
        var ready = TimeSpan.FromSeconds(8);
        await using var engine = new Engine(new ProbeFunction((_, _) => Task.FromResult(Outcome.Succeeded)) { Ready = () => ready });
        var ids = await SendAsync(engine, "first", "second");

        var items = await engine.Get<IWorkQueue>().ReceiveAsync("probe", 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);
        var dispositions = await engine.Get<BatchRunner>().RunAsync(engine.Get<FunctionRegistry>().Find("probe")!, items, Deadline.In(TimeSpan.FromMinutes(1), engine.Time), Cancellation);

        // Half of four seconds on top, the same for both; half of five on top of the ten after ten receives.
        Assert.Equal([Disposition.Wait(TimeSpan.FromSeconds(10)), Disposition.Wait(TimeSpan.FromSeconds(10))], dispositions);
        var again = await engine.Get<BatchRunner>().RunAsync(engine.Get<FunctionRegistry>().Find("probe")!, [items[0] with { ReceiveCount = 11 }], Deadline.In(TimeSpan.FromMinutes(1), engine.Time), Cancellation);
        Assert.Equal([Disposition.Wait(TimeSpan.FromSeconds(12.5))], again);
        Assert.All(await Task.WhenAll(ids.Select(engine.FindAsync)), record => Assert.Equal((EventStatus.Queued, 0), (record.Status, record.AttemptCount)));
        ready = TimeSpan.Zero;
        engine.Time.Advance(TimeSpan.FromMinutes(1));
        await engine.RunAsync();
        Assert.All(await Task.WhenAll(ids.Select(engine.FindAsync)), record => Assert.Equal(EventStatus.Succeeded, record.Status));
    }

    private static Outcome End(EventStatus status) => status switch
    {
        EventStatus.Succeeded => Outcome.Succeeded,
        EventStatus.Superseded => Outcome.Superseded("newer data"),
        EventStatus.Ignored => Outcome.Ignored("nothing to do"),
        EventStatus.Retrying => throw new IOException("reset"),
        EventStatus.Queued => throw new PostponedException(TimeSpan.FromMinutes(1), "no calls left"),
        _ => throw new FunctionException("broken", "broken", transient: false),
    };

    private static async Task<IReadOnlyList<Disposition>> RunAsync(Engine engine, TimeSpan time)
    {
        var items = await engine.Get<IWorkQueue>().ReceiveAsync("probe", 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);
        return await engine.Get<BatchRunner>().RunAsync(engine.Get<FunctionRegistry>().Find("probe")!, items, Deadline.In(time, engine.Time), Cancellation);
    }

    /// <summary>Events of one entity a millisecond apart, oldest first.</summary>
    private static async Task<IReadOnlyList<EventId>> SendAsync(Engine engine, params string[] bodies)
    {
        List<EventId> ids = [];
        foreach (var body in bodies)
        {
            ids.Add(await engine.SendAsync(body, Given.Product));
            engine.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return ids;
    }
}
