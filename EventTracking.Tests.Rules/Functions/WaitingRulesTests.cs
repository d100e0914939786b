using System.Text;
using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Recovery;
using EventTracking.Core.Waiting;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Rules.Functions;

public sealed class WaitingRulesTests
{
    [Fact]
    public async Task An_entity_that_arrives_while_the_event_begins_to_wait_releases_it()
    {
        var dependencies = new Arrivals { Exists = true };
        await using var engine = new Engine(new ProbeFunction((_, _) => Task.FromResult(Outcome.WaitFor(Given.Product))), product: dependencies);
        var id = await engine.SendAsync("event");

        await engine.RunAsync();

        var record = await engine.FindAsync(id);
        Assert.Equal(EventStatus.Queued, record.Status);
        Assert.Equal((HistoryEntryKind.Release, "waiting-room", 1), (record.History[0].Kind, record.History[0].By, record.History[0].AfterAttempt));
        Assert.Contains("product:1008", record.History[0].Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await engine.DepthAsync("probe")).Items);
    }

    [Fact]
    public async Task Events_wait_with_one_import_until_it_has_ended_however_long_that_takes()
    {
        await using var engine = new Engine(new ProbeFunction((_, _) => Task.FromResult(Outcome.WaitFor(Given.Product))), product: new Arrivals());
        var first = await engine.SendAsync("first");
        await engine.RunAsync();

        // 10:15:30 and 10:19:59 lie in one window of ten minutes, 10:20:00 in the next; the import is still queued.
        engine.Time.SetUtcNow(Given.Now.AddSeconds(269));
        var second = await engine.SendAsync("second");
        await engine.RunAsync();
        engine.Time.SetUtcNow(Given.Now.AddSeconds(270));
        var third = await engine.SendAsync("third");
        await engine.RunAsync();

        var records = await Task.WhenAll(new[] { first, second, third }.Select(engine.FindAsync));
        Assert.All(records, record => Assert.Equal((EventStatus.Waiting, Given.Product), (record.Status, record.WaitingOn)));
        var imports = records.Select(record => Assert.Single(record.Effects)).ToArray();
        Assert.Single(imports.Distinct());
        var import = (await engine.FindAsync(imports[0])).Event;
        Assert.Equal((new DateTimeOffset(2026, 11, 23, 10, 10, 0, TimeSpan.Zero), first, first.ToString()), (import.Id.Time, import.CausationId, import.CorrelationId));
        Assert.Equal(Given.Product, import.Entity);
        Assert.Equal("import", import.Topic);
    }

    [Fact]
    public async Task An_event_that_an_operator_released_in_vain_has_waited_all_along_and_gives_up_when_it_would_have()
    {
        await using var imports = new Imports { Fails = true };
        var id = await imports.WaitAsync("event");
        var since = (await imports.Engine.FindAsync(id)).UpdatedAt;
        var desk = imports.Engine.Get<WaitingDesk>();
        for (var day = 0; day < 2; day++)
        {
            await imports.SweepAsync(TimeSpan.FromDays(2));
            Assert.Equal(1, await desk.ReleaseAsync(Given.Product, "ann", day == 0 ? null : "linked by hand", TestContext.Current.CancellationToken));
            await imports.Engine.RunToRestAsync();
        }

        Assert.Equal(
            ["product:1008 was waited for, and an operator released what waits", "product:1008 was waited for, and an operator released what waits: linked by hand"],
            (await imports.Engine.FindAsync(id)).History.Select(entry => entry.Reason));
        var waited = Assert.Single((await desk.ListAsync(10, TestContext.Current.CancellationToken)).Dependencies);
        Assert.Equal((since, since + TimeSpan.FromDays(7)), (waited.Since, waited.GivesUpAt));

        await imports.SweepAsync(TimeSpan.FromDays(2.9));
        Assert.Equal(EventStatus.Waiting, (await imports.Engine.FindAsync(id)).Status);
        await imports.SweepAsync(TimeSpan.FromDays(0.2));
        Assert.Equal((EventStatus.Failed, "waited-too-long"), ((await imports.Engine.FindAsync(id)).Status, (await imports.Engine.FindAsync(id)).Error!.Code));
    }

    [Fact]
    public async Task An_event_that_was_released_because_the_entity_had_come_waits_anew()
    {
        await using var imports = new Imports { Fails = true };
        var id = await imports.WaitAsync("event");
        imports.Engine.Time.Advance(TimeSpan.FromDays(2));
        await imports.Engine.Get<DependencyReleaser>().ReleaseAsync(Given.Product, "import", TestContext.Current.CancellationToken);
        await imports.Engine.RunToRestAsync();

        var record = await imports.Engine.FindAsync(id);
        Assert.Equal((EventStatus.Waiting, record.UpdatedAt), (record.Status, WaitTimes.SinceOf(record)));
        Assert.NotEqual(record.UpdatedAt, record.Attempts[0].EndedAt);
    }

    [Fact]
    public async Task The_record_of_an_import_that_an_operator_requests_says_so()
    {
        await using var imports = new Imports { Fails = true };
        var id = await imports.WaitAsync("event");
        await imports.Engine.RunAsync("import");

        var import = await imports.Engine.Get<WaitingDesk>().ImportAsync(Given.Product, "ann", TestContext.Current.CancellationToken);

        var entry = (await imports.Engine.FindAsync(import!.Value)).History[^1];
        Assert.Equal(("ann", "An operator had product:1008 imported"), (entry.By, entry.Reason));
        Assert.Equal(import, Assert.Single((await imports.Engine.FindAsync(id)).Effects));
    }

    // A sweep and another event while the first import is still queued, or in a backoff, hours after it was requested.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_makes_a_second_import_beside_one_that_is_queued_or_retried(bool hasBegun)
    {
        await using var imports = new Imports { Fails = true, Transient = true };
        var first = await imports.WaitAsync("first");
        if (hasBegun)
        {
            Assert.Equal(1, await imports.Engine.RunAsync("import"));
        }

        imports.Engine.Time.Advance(TimeSpan.FromMinutes(25));
        var second = await imports.WaitAsync("second");
        await imports.SweepAsync(TimeSpan.FromHours(7));
        await imports.SweepAsync(TimeSpan.FromHours(7));

        var import = Assert.Single((await imports.Engine.FindAsync(first)).Effects);
        Assert.Equal(import, Assert.Single((await imports.Engine.FindAsync(second)).Effects));
        Assert.Single((await imports.Engine.Ledger.ListAsync(new EventQuery { Topic = "import" }, TestContext.Current.CancellationToken)).Events);
        Assert.Equal(hasBegun ? 1 : 0, (await imports.Engine.FindAsync(import)).AttemptCount);
    }

    [Fact]
    public async Task Of_two_hosts_that_want_an_import_at_the_same_time_both_get_the_same()
    {
        await using var engine = new Engine(new ProbeFunction((_, _) => Task.FromResult(Outcome.Succeeded)), product: new Arrivals());
        var room = engine.Get<WaitingRoom>();

        var reserved = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => room.ReserveImportAsync(Given.Product, Given.Event, TestContext.Current.CancellationToken))));

        Assert.Single(reserved.Select(import => (import.DeliveryId, import.TriggeredAt)).Distinct());
    }

    [Fact]
    public async Task An_import_that_has_run_again_twenty_times_is_replaced_by_another_event()
    {
        await using var imports = new Imports { Fails = true };
        var first = await imports.WaitAsync("0");
        await imports.Engine.RunAsync("import");
        for (var number = 1; number <= 20; number++)
        {
            imports.Engine.Time.Advance(TimeSpan.FromMinutes(1));
            await imports.WaitAsync($"{number}");
            Assert.Equal(1, await imports.Engine.RunAsync("import"));
        }

        imports.Engine.Time.Advance(TimeSpan.FromMinutes(1));
        var last = await imports.WaitAsync("last");

        var (former, next) = ((await imports.Engine.FindAsync(first)).Effects.Single(), (await imports.Engine.FindAsync(last)).Effects.Single());
        Assert.NotEqual(former, next);
        Assert.Equal((EventStatus.Failed, 20), ((await imports.Engine.FindAsync(former)).Status, (await imports.Engine.FindAsync(former)).History.Count));
        Assert.Equal(1, await imports.Engine.RunAsync("import"));
    }

    [Fact]
    public async Task What_a_single_entity_was_released_for_is_known_to_its_function()
    {
        var released = new List<(bool ForProduct, bool ForOther)>();
        var arrivals = new Arrivals();
        await using var engine = new Engine(new ProbeFunction((_, context, _) =>
        {
            released.Add((context.WasReleasedFor(Given.Product), context.WasReleasedFor(new EntityKey("product", "100"))));
            return Task.FromResult(arrivals.Exists ? Outcome.Succeeded : Outcome.WaitFor(Given.Product));
        }), product: arrivals);
        await engine.SendAsync("event");
        await engine.RunAsync();
        arrivals.Exists = true;
        Assert.Equal(1, await engine.Get<DependencyReleaser>().ReleaseAsync(Given.Product, "import", TestContext.Current.CancellationToken));
        await engine.RunAsync();

        Assert.Equal([(false, false), (true, false)], released);
    }

    [Fact]
    public async Task An_import_that_has_begun_is_not_asked_for_again()
    {
        await using var imports = new Imports();
        var items = 0L;
        imports.Arriving = async () =>
        {
            await imports.WaitAsync("second");
            items = (await imports.Engine.DepthAsync("import")).Items;
            imports.Arrivals.Exists = true;
        };
        await imports.WaitAsync("first");

        Assert.Equal(1, await imports.Engine.RunAsync("import"));

        // The item of the run itself is the only one.
        Assert.Equal(1, items);
        Assert.Equal(0, (await imports.Engine.DepthAsync("import")).Items);
    }

    // The entity was linked and lost its link again, or its kind has decided that another look is due. Nobody but the sweeper would ask.
    [Fact]
    public async Task An_import_that_was_ignored_runs_again_at_once_for_the_next_event_that_waits()
    {
        await using var imports = new Imports { Ignores = true, ReleasesNothing = true };
        var first = await imports.WaitAsync("first");
        Assert.Equal(1, await imports.Engine.RunAsync("import"));
        Assert.Equal(EventStatus.Ignored, (await imports.Engine.FindAsync((await imports.Engine.FindAsync(first)).Effects.Single())).Status);

        await imports.WaitAsync("second");

        Assert.Equal(1, await imports.Engine.RunAsync("import"));
        Assert.Equal(0, await imports.Engine.RunAsync("import"));
    }

    [Fact]
    public async Task An_import_that_succeeded_runs_again_for_an_entity_that_is_not_there_any_more()
    {
        await using var imports = new Imports();
        var first = await imports.WaitAsync("first");
        imports.Arrivals.Exists = true;
        await imports.Engine.RunAsync("import");
        await imports.Engine.RunAsync();
        Assert.Equal(EventStatus.Succeeded, (await imports.Engine.FindAsync(first)).Status);

        // The entity is removed a moment after its import.
        imports.Arrivals.Exists = false;
        var second = await imports.WaitAsync("second");

        var import = await imports.Engine.FindAsync((await imports.Engine.FindAsync(second)).Effects.Single());
        Assert.Equal((EventStatus.Queued, HistoryEntryKind.Replay, "waiting-room"), (import.Status, import.History.Single().Kind, import.History.Single().By));
        Assert.Equal(import.Id, (await imports.Engine.FindAsync(first)).Effects.Single());
        Assert.Equal(1, await imports.Engine.RunAsync("import"));
    }

    // The event begins to wait after the import has brought the entity and before it has ended; meanwhile the entity is removed.
    [Fact]
    public async Task An_import_runs_again_if_its_entity_was_removed_while_it_ran()
    {
        await using var imports = new Imports();
        imports.Arriving = async () =>
        {
            imports.Arriving = () => Task.CompletedTask;
            await imports.WaitAsync("second");
        };
        await imports.WaitAsync("first");

        Assert.Equal(1, await imports.Engine.RunAsync("import"));
        Assert.Equal(1, await imports.Engine.RunAsync("import"));
    }

    [Fact]
    public async Task An_import_that_never_brings_its_entity_runs_four_times_at_once_and_then_less_and_less_often()
    {
        await using var imports = new Imports { ReleasesNothing = true };
        await imports.WaitAsync("first");
        var runs = 0;
        while (await imports.Engine.RunAsync("import") > 0)
        {
            runs++;
        }

        Assert.Equal(4, runs);
        await imports.SweepAsync(TimeSpan.FromMinutes(8) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await imports.Engine.RunAsync("import"));
        await imports.SweepAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await imports.Engine.RunAsync("import"));
        await imports.SweepAsync(TimeSpan.FromMinutes(15));
        Assert.Equal(0, await imports.Engine.RunAsync("import"));
    }

    [Theory]
    [InlineData(59, 0)]
    [InlineData(60, 1)]
    public async Task An_import_that_failed_runs_again_for_the_next_event_once_a_minute(int seconds, int runs)
    {
        await using var imports = new Imports { Fails = true };
        await imports.WaitAsync("first");
        await imports.Engine.RunAsync("import");

        imports.Engine.Time.Advance(TimeSpan.FromSeconds(seconds));
        await imports.WaitAsync("second");

        Assert.Equal(runs, await imports.Engine.RunAsync("import"));
    }

    [Fact]
    public async Task The_sweeper_has_an_import_run_again_that_ended_before_the_event_began_to_wait()
    {
        await using var imports = new Imports { Fails = true };
        await imports.WaitAsync("first");
        await imports.Engine.RunAsync("import");
        imports.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        await imports.WaitAsync("second");
        Assert.Equal(0, await imports.Engine.RunAsync("import"));

        await imports.SweepAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await imports.Engine.RunAsync("import"));
        await imports.SweepAsync(TimeSpan.FromSeconds(59));
        Assert.Equal(0, await imports.Engine.RunAsync("import"));
    }

    // Something that takes an hour to be put right is noticed at most an hour later.
    [Fact]
    public async Task The_sweeper_has_a_failed_import_run_again_after_as_long_as_the_event_had_waited_up_to_six_hours_and_makes_no_other()
    {
        await using var imports = new Imports { Fails = true };
        var id = await imports.WaitAsync("first");
        Assert.Equal(1, await imports.Engine.RunAsync("import"));

        var runs = new List<int>();
        foreach (var minute in (int[])[1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 64, 128, 256, 511, 512, 871, 872, 1231, 1232])
        {
            imports.Engine.Time.SetUtcNow(Given.Now.AddMinutes(minute));
            await imports.SweepAsync(TimeSpan.Zero);
            if (await imports.Engine.RunAsync("import") > 0)
            {
                runs.Add(minute);
            }
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 872, 1232], runs);
        var import = await imports.Engine.FindAsync((await imports.Engine.FindAsync(id)).Effects.Single());
        Assert.Equal((13, "sweeper"), (import.AttemptCount, import.History[^1].By));
    }

    [Fact]
    public async Task The_sweeper_makes_no_second_import_while_one_is_retried()
    {
        await using var imports = new Imports { Fails = true, Transient = true };
        var id = await imports.WaitAsync("first");
        Assert.Equal(1, await imports.Engine.RunAsync("import"));
        Assert.Equal(EventStatus.Retrying, (await imports.Engine.FindAsync((await imports.Engine.FindAsync(id)).Effects.Single())).Status);

        await imports.SweepAsync(TimeSpan.FromMinutes(2));

        // The item of the retry is the only one.
        Assert.Equal(1, (await imports.Engine.DepthAsync("import")).Items);
    }

    [Fact]
    public async Task Those_that_wait_for_the_entity_are_released_and_counted()
    {
        await using var engine = new Engine(new ProbeFunction((_, _) => Task.FromResult(Outcome.WaitFor(Given.Product))), product: new Arrivals());
        var waiting = new[] { await engine.SendAsync("first"), await engine.SendAsync("second") };
        await engine.RunAsync();
        var unread = await engine.SendAsync("third");

        Assert.Equal(2, await engine.Get<WaitingRoom>().ReleaseAsync([.. waiting, unread], Given.Product, "import", ReleaseReason.Of(Given.Product), TestContext.Current.CancellationToken));

        Assert.All(await Task.WhenAll(waiting.Select(engine.FindAsync)), record => Assert.Equal("import", Assert.Single(record.History).By));
        Assert.Empty((await engine.FindAsync(unread)).History);
    }

    [Fact]
    public async Task An_import_is_named_by_its_entity_and_its_window()
    {
        await using var engine = new Engine(new ProbeFunction((_, _) => Task.FromResult(Outcome.Succeeded)), product: new Arrivals());

        Assert.Equal("import/product:1008/10", engine.Get<WaitingRoom>().ComposeImport(Given.Product, Given.Event).DeliveryId);
    }
}
