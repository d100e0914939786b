using EventTracking.Core;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Core.Waiting;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Replay;

public class WaitingTests
{
    private static readonly EntityKey Product = new("product", "1008");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_wait_for_an_entity_with_one_import_and_run_again_oldest_first_when_it_has_arrived()
    {
        var runs = new List<string>();
        await using var engine = Start(runs, import: (engine, context) => engine.Get<DependencyReleaser>().ReleaseAsync(Product, context.Event.Id.ToString(), Cancellation));
        var ids = new List<EventId>();
        foreach (var body in (string[])["first", "second", "third"])
        {
            ids.Add(await engine.SendAsync(body, body));
            engine.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await engine.RunAsync();
        var waiting = await Task.WhenAll(ids.Select(engine.FindAsync));
        Assert.All(waiting, record => Assert.Equal((EventStatus.Waiting, Product), (record.Status, record.WaitingOn!.Value)));
        var import = Assert.Single(waiting.SelectMany(record => record.Effects).Distinct());
        runs.Clear();

        engine.Dependencies.Add(Product);
        Assert.Equal(1, await engine.RunAsync("import"));
        Assert.Equal(3, await engine.RunAsync());

        Assert.Equal(["first", "second", "third"], runs);
        var records = await Task.WhenAll(ids.Select(engine.FindAsync));
        Assert.All(records, record =>
        {
            Assert.Equal(EventStatus.Succeeded, record.Status);
            Assert.Equal([EventStatus.Waiting, EventStatus.Succeeded], record.Attempts.Select(attempt => attempt.Outcome!.Value));
            var replay = Assert.Single(record.History);
            Assert.Equal((HistoryEntryKind.Release, import.ToString()), (replay.Kind, replay.By));
        });
    }

    [Fact]
    public async Task An_entity_that_arrives_just_before_the_event_is_seen_waiting_releases_it_all_the_same()
    {
        var arrived = false;
        EngineHost? engine = null;
        await using var started = engine = new EngineHost(new ProbeFunction((_, _, _) =>
        {
            if (arrived)
            {
                return Task.FromResult(Outcome.Succeeded);
            }

            // The import ends between this check and the record's "waiting", so it releases nothing.
            arrived = true;
            engine!.Dependencies.Add(Product);
            return Task.FromResult(Outcome.WaitFor(Product));
        }));
        var id = await engine.SendAsync("a");

        await engine.RunAsync();
        await engine.RunAsync();

        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(id)).Status);
    }

    [Fact]
    public async Task An_event_that_waits_for_what_is_there_fails_instead_of_running_for_ever()
    {
        var runs = 0;
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) =>
        {
            runs++;
            return Task.FromResult(Outcome.WaitFor(Product));
        }));
        engine.Dependencies.Add(Product);
        var id = await engine.SendAsync("a");

        for (var batch = 0; batch < 30; batch++)
        {
            await engine.RunAsync();
        }

        Assert.Equal(11, runs);
        var record = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Failed, "waiting/no-progress"), (record.Status, record.Error!.Code));
    }

    [Fact]
    public async Task The_sweeper_gets_to_every_waiting_event_however_many_there_are()
    {
        const int Many = 4_100;
        await using var engine = Start([], import: (_, _) => Task.CompletedTask);
        var oldest = await WaitAsync(engine, "oldest", Product);
        engine.Time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, Many).Select(number => WaitAsync(engine, $"other {number}", KnownEntities.Broken)));
        engine.Dependencies.Add(Product);
        engine.Time.Advance(TimeSpan.FromMinutes(2));

        // As on a host where every sweep is a separate process.
        var first = await ActivatorUtilities.CreateInstance<WaitingSweep>(engine.Get<IServiceProvider>()).RunAsync(Cancellation);
        var second = await ActivatorUtilities.CreateInstance<WaitingSweep>(engine.Get<IServiceProvider>()).RunAsync(Cancellation);

        Assert.Equal(1, first.Released + second.Released);
        Assert.Equal(EventStatus.Queued, (await engine.FindAsync(oldest)).Status);
    }

    [Fact]
    public async Task The_sweeper_releases_what_a_crash_left_waiting()
    {
        await using var engine = Start([], import: (_, _) => Task.CompletedTask);
        var id = await engine.SendAsync("a");
        await engine.RunAsync();
        engine.Dependencies.Add(Product);
        engine.Time.Advance(TimeSpan.FromMinutes(10));

        var swept = await engine.Get<Sweeper>().SweepAsync(Cancellation);
        await engine.RunAsync();

        Assert.Equal(new SweepResult(0, 1, 0, 0), swept);
        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(id)).Status);
    }

    [Fact]
    public async Task The_sweeper_asks_for_a_failed_import_again_and_gives_up_after_the_limit()
    {
        var imports = 0;
        await using var engine = Start([], import: (_, _) =>
        {
            imports++;
            throw new FunctionException("no such SKU", "import/none", transient: false);
        });
        var id = await engine.SendAsync("a");
        await engine.RunAsync();
        await engine.RunAsync("import");

        engine.Time.Advance(TimeSpan.FromHours(7));
        await engine.Get<Sweeper>().SweepAsync(Cancellation);
        await engine.Get<Sweeper>().SweepAsync(Cancellation);
        await engine.RunAsync("import");
        Assert.Equal(2, imports);

        engine.Time.Advance(TimeSpan.FromDays(7));
        var swept = await engine.Get<Sweeper>().SweepAsync(Cancellation);

        Assert.Equal(1, swept.Expired);
        var record = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Failed, "waited-too-long"), (record.Status, record.Error!.Code));
    }

    // A crash between the record and the request of the import.
    [Fact]
    public async Task The_sweeper_requests_an_import_that_was_recorded_but_never_requested()
    {
        await using var engine = Start([], import: (_, _) => Task.CompletedTask);
        var import = engine.Get<EventIntake>().IdOf(engine.Get<WaitingRoom>().ComposeImport(Product, (await engine.FindAsync(await engine.SendAsync("cause"))).Event));
        await WaitAsync(engine, "a", Product, effects: [import]);

        // Another window has begun meanwhile.
        engine.Time.Advance(TimeSpan.FromMinutes(15));
        await engine.Get<Sweeper>().SweepAsync(Cancellation);
        await engine.Get<Sweeper>().SweepAsync(Cancellation);

        Assert.Equal(EventStatus.Queued, (await engine.FindAsync(import)).Status);
        Assert.Equal(1, await engine.RunAsync("import"));
    }

    [Fact]
    public async Task The_sweeper_sends_again_what_was_requeued_but_never_sent()
    {
        var runs = 0;
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) =>
            runs++ == 0 ? throw new FunctionException("once", "x", transient: false) : Task.FromResult(Outcome.Succeeded)));
        var id = await engine.SendAsync("a");
        await engine.RunAsync();

        // A crash between the two writes of a replay.
        await engine.Ledger.RequeueAsync(new Requeue(id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", engine.Time.GetUtcNow(), null, 0)), Cancellation);
        Assert.Equal(0, await engine.RunAsync());
        engine.Time.Advance(TimeSpan.FromMinutes(6));
        var swept = await engine.Get<Sweeper>().SweepAsync(Cancellation);
        await engine.RunAsync();

        Assert.Equal(1, swept.Resent);
        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(id)).Status);
    }

    [Fact]
    public async Task What_was_set_back_is_sent_though_its_caller_hangs_up_meanwhile()
    {
        using var caller = new CancellationTokenSource();
        var runs = 0;
        await using var engine = new EngineHost(services =>
        {
            var probe = new ProbeFunction((_, _, _) => runs++ == 0 ? throw new FunctionException("once", "x", transient: false) : Task.FromResult(Outcome.Succeeded));
            services.AddSingleton(new RegisteredFunction("probe", new FunctionSettings(), () => probe));
            services.AddRoute("test", "probe", "probe");
            services.AddSingleton(provider => FarLedger.Of(ActivatorUtilities.CreateInstance<EmbeddedLedger>(provider), onRequeue: caller.Cancel));
        });
        var id = await engine.SendAsync("a");
        await engine.RunAsync();

        await engine.Get<Requeuer>().RequeueAsync(new Requeue(id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", engine.Time.GetUtcNow(), null, 0)), caller.Token);
        await engine.RunAsync();

        Assert.True(caller.IsCancellationRequested);
        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(id)).Status);
    }

    [Fact]
    public async Task The_sweeper_releases_what_began_to_wait_by_a_clock_that_was_ahead()
    {
        await using var engine = Start([], import: (_, _) => Task.CompletedTask);
        var id = await WaitAsync(engine, "waiting", Product, ahead: TimeSpan.FromHours(2));
        engine.Dependencies.Add(Product);

        Assert.Equal(1, (await engine.Get<Sweeper>().SweepAsync(Cancellation)).Released);
        Assert.Equal(EventStatus.Queued, (await engine.FindAsync(id)).Status);
    }

    /// <summary>A waiting event that nothing will release.</summary>
    private static async Task<EventId> WaitAsync(EngineHost engine, string deliveryId, EntityKey dependency, TimeSpan ahead = default, params EventId[] effects)
    {
        var id = await engine.SendAsync(deliveryId);
        var record = await engine.FindAsync(id);
        var now = engine.Time.GetUtcNow() + ahead;
        var claimed = Assert.IsType<ClaimResult.Claimed>(await engine.Ledger.ClaimAsync(new Claim(record.Event, null, now, now.AddMinutes(1)), Cancellation));
        var attempt = claimed.Record.Attempts[^1] with { EndedAt = now, Outcome = EventStatus.Waiting };
        Assert.True(await engine.Ledger.CompleteAsync(new Completion(id, attempt, dependency, effects), Cancellation));
        return id;
    }

    private static EngineHost Start(List<string> runs, Func<EngineHost, EventContext, Task> import)
    {
        EngineHost? engine = null;
        var waiter = new ProbeFunction(async (message, _, cancellationToken) =>
        {
            runs.Add(message);
            return await engine!.Dependencies.ExistsAsync(Product, cancellationToken) ? Outcome.Succeeded : Outcome.WaitFor(Product);
        });
        var importer = new ProbeFunction(async (_, context, _) =>
        {
            await import(engine!, context);
            return Outcome.Succeeded;
        });
        engine = new EngineHost(services =>
        {
            services.AddSingleton(new RegisteredFunction("probe", new FunctionSettings { Concurrency = 1 }, () => waiter));
            services.AddRoute("test", "probe", "probe");
            services.AddSingleton(new RegisteredFunction("import", new FunctionSettings(), () => importer));
            services.AddRoute("test", "import", "import");
        });
        return engine;
    }
}
