using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Functions;

namespace EventTracking.Tests.Intake;

public class EventIntakeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_deliveries_of_the_same_at_once_are_one_event_that_runs_once()
    {
        var runs = 0;
        await using var engine = new EngineHost(Counting(() => runs++));
        var intake = engine.Get<EventIntake>();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => intake.AcceptAsync(engine.Delivery("same"), Cancellation)));
        while (await engine.RunAsync() > 0)
        {
        }

        Assert.Single(results.Select(result => result.Id).Distinct());
        Assert.Equal(49, results.Count(result => result.Duplicate));
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_repeat_without_a_unique_id_is_dropped_only_while_the_first_is_unread()
    {
        var runs = 0;
        await using var engine = new EngineHost(Counting(() => runs++));
        var intake = engine.Get<EventIntake>();
        var delivery = engine.Delivery("within one second", unique: false);

        var first = await intake.AcceptAsync(delivery, Cancellation);
        var repeat = await intake.AcceptAsync(delivery, Cancellation);
        await engine.RunAsync();
        var second = await intake.AcceptAsync(delivery, Cancellation);
        var repeatOfSecond = await intake.AcceptAsync(delivery, Cancellation);
        await engine.RunAsync();

        Assert.Equal((first.Id, true), (repeat.Id, repeat.Duplicate));
        Assert.False(second.Duplicate);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal((second.Id, true), (repeatOfSecond.Id, repeatOfSecond.Duplicate));
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task However_many_changes_share_a_second_none_is_dropped()
    {
        var runs = 0;
        await using var engine = new EngineHost(Counting(() => runs++));
        var delivery = engine.Delivery("within one second", unique: false);

        for (var change = 0; change < 20; change++)
        {
            Assert.False((await engine.Get<EventIntake>().AcceptAsync(delivery, Cancellation)).Duplicate);
            await engine.RunAsync();
        }

        Assert.Equal(20, runs);
    }

    [Theory]
    [InlineData(-4 * 24 * 60)]
    [InlineData(6)]
    public async Task An_absurd_trigger_time_gives_way_to_the_time_of_receipt(int minutes)
    {
        await using var engine = new EngineHost(Counting(() => { }));
        var delivery = engine.Delivery("a") with { TriggeredAt = engine.Time.GetUtcNow().AddMinutes(minutes) };

        var result = await engine.Get<EventIntake>().AcceptAsync(delivery, Cancellation);

        Assert.Equal(engine.Time.GetUtcNow(), result.Id.Time);
    }

    [Fact]
    public async Task A_late_delivery_keeps_the_time_at_which_it_was_triggered()
    {
        await using var engine = new EngineHost(Counting(() => { }));
        var triggered = engine.Time.GetUtcNow().AddHours(-20);

        var result = await engine.Get<EventIntake>().AcceptAsync(engine.Delivery("a") with { TriggeredAt = triggered }, Cancellation);

        Assert.Equal(triggered, result.Id.Time);
        Assert.Equal(EventId.ForDelivery("test", "account", "a", triggered), result.Id);
    }

    private static ProbeFunction Counting(Action count) => new((_, _, _) =>
    {
        count();
        return Task.FromResult(Outcome.Succeeded);
    });
}
