using EventTracking.Core.Activities;
using EventTracking.Core.Functions;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Rules.Functions;

namespace EventTracking.Tests.Rules.Activities;

public sealed class ActivityTests
{
    private static readonly DateTimeOffset Slot = IActivityStore.SlotOf(Given.Now);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_counts_its_attempts_by_how_they_ended()
    {
        var function = new ProbeFunction((message, _, _) => message switch
        {
            "works" => Task.FromResult(Outcome.Succeeded),
            "old" => Task.FromResult(Outcome.Superseded("newer data")),
            "late" => throw new FunctionException("too slow", "deadline", transient: true),
            _ => throw new FunctionException("no", "test/no", transient: false),
        });
        await using var engine = new Engine(function);
        foreach (var body in (string[])["works", "works too", "old", "late", "works"])
        {
            await engine.SendAsync(body);
        }

        await engine.RunAsync();

        // The fifth is a repeat of the first, and "works too" fails.
        var counted = await CountsAsync(engine);
        Assert.Equal(
            new SortedDictionary<string, long> { ["accepted"] = 4, ["batches"] = 1, [ActivityNames.OfBuild(BuildId.Of(function))] = 1, ["failed"] = 1, ["retrying"] = 1, ["succeeded"] = 1, ["superseded"] = 1, ["timed-out"] = 1, ["l0"] = 4, ["r0"] = 4 },
            counted);
    }

    [Fact]
    public async Task A_second_attempt_counts_as_no_further_event_and_not_toward_the_lag()
    {
        await using var engine = new Engine(new ProbeFunction((_, context, _) =>
            context.Attempt == 1 ? throw new FunctionException("no", "test/no", transient: true) : Task.FromResult(Outcome.Succeeded)));
        await engine.SendAsync("body");

        await engine.RunAsync();
        engine.Time.Advance(TimeSpan.FromMinutes(4));
        await engine.RunAsync();

        var counted = await CountsAsync(engine);
        Assert.Equal((1, 1, 1, 2), (counted["accepted"], counted["retrying"], counted["succeeded"], counted["batches"]));
        Assert.Equal(1, counted["l0"]);
    }

    [Fact]
    public async Task What_an_integration_counts_belongs_to_the_batch_that_runs()
    {
        ActivityCounters? counters = null;
        await using var engine = new Engine(new ProbeFunction((_, _, _) =>
        {
            counters!.Add("shop.calls", 2);
            return Task.FromResult(Outcome.Succeeded);
        }));
        counters = engine.Get<ActivityCounters>();
        await engine.SendAsync("one");
        await engine.SendAsync("two");

        // Counted outside of a batch, so the next one takes it along.
        counters.Add("shop.calls", 10);
        await engine.RunAsync();

        Assert.Equal(14, (await CountsAsync(engine))["shop.calls"]);
    }

    [Theory]
    [InlineData("calls")]
    [InlineData("Shop.calls")]
    [InlineData("shop.calls of a name that is longer than forty letters")]
    public void A_counter_of_an_integration_has_a_name_with_a_dot(string name) => Assert.Throws<ArgumentException>(() => new ActivityCounters().Add(name));

    [Fact]
    public void A_batch_keeps_twenty_different_counters_of_integrations()
    {
        var tally = new ActivityTally();
        for (var number = 0; number < 25; number++)
        {
            tally.Add($"shop.{number}");
        }

        tally.Add("shop.3");
        Assert.Equal(20, tally.Amounts.Count);
        Assert.Equal(2, tally.Amounts["shop.3"]);
    }

    private static async Task<SortedDictionary<string, long>> CountsAsync(Engine engine)
    {
        var slots = await engine.Get<IActivityStore>().ListAsync("probe", Slot, Slot + IActivityStore.Slot, Cancellation);
        return new(Assert.Single(slots).Amounts.ToDictionary(), StringComparer.Ordinal);
    }
}
