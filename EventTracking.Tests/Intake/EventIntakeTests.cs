using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Functions;

namespace EventTracking.Tests.Intake;

public class EventIntakeTests
{
    /// <summary>The engine's time at its start.</summary>
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

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

    public static TheoryData<DateTimeOffset> Plausible =>
    [
        Start.AddDays(1),
        Start.AddMinutes(6),
        Start,
        Start.AddHours(-20),
        Start.AddDays(-4),
        Start.AddDays(-30),
        Start.AddYears(-5),
        new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero),
    ];

    public static TheoryData<DateTimeOffset> Absurd =>
    [
        Start.AddDays(1).AddMilliseconds(1),
        Start.AddYears(1),
        new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero),
        new DateTimeOffset(1999, 12, 31, 23, 59, 59, TimeSpan.Zero),
        DateTimeOffset.UnixEpoch,
        DateTimeOffset.MinValue,
    ];

    [Theory]
    [MemberData(nameof(Plausible))]
    public async Task A_delivery_is_one_event_whatever_its_age(DateTimeOffset triggered)
    {
        await using var engine = new EngineHost(Counting(() => { }));
        var delivery = engine.Delivery("a") with { TriggeredAt = triggered };
        var first = await engine.Get<EventIntake>().AcceptAsync(delivery, Cancellation);
        engine.Time.Advance(TimeSpan.FromHours(5));

        var again = await engine.Get<EventIntake>().AcceptAsync(delivery, Cancellation);

        Assert.Equal((triggered, first.Id, true), (first.Id.Time, again.Id, again.Duplicate));
        Assert.Equal(EventId.ForDelivery("test", "account", "a", triggered), first.Id);
    }

    [Theory]
    [MemberData(nameof(Absurd))]
    public async Task An_absurd_trigger_time_gives_way_to_the_time_of_receipt(DateTimeOffset triggered)
    {
        await using var engine = new EngineHost(Counting(() => { }));

        var result = await engine.Get<EventIntake>().AcceptAsync(engine.Delivery("a") with { TriggeredAt = triggered, DeliveryIdIsUnique = false }, Cancellation);

        Assert.Equal(Start, result.Id.Time);
    }

    // Without the one that is no longer absurd a little later.
    public static TheoryData<DateTimeOffset> AbsurdAllDay => [.. Absurd.Select(row => row.Data).Where(time => time < Start || time > Start.AddDays(2))];

    [Theory]
    [MemberData(nameof(AbsurdAllDay))]
    public async Task A_delivery_with_an_absurd_trigger_time_is_one_event_for_the_day_of_receipt(DateTimeOffset triggered)
    {
        await using var engine = new EngineHost(Counting(() => { }));
        var delivery = engine.Delivery("a") with { TriggeredAt = triggered };
        var first = await engine.Get<EventIntake>().AcceptAsync(delivery, Cancellation);
        engine.Time.Advance(TimeSpan.FromHours(5));

        var again = await engine.Get<EventIntake>().AcceptAsync(delivery, Cancellation);

        Assert.Equal((first.Id, true), (again.Id, again.Duplicate));
        Assert.Equal(new DateTimeOffset(Start.UtcDateTime.Date, TimeSpan.Zero), first.Id.Time);
    }

    [Theory]
    [MemberData(nameof(Absurd))]
    public async Task The_time_of_what_an_event_caused_is_kept_as_far_as_an_id_can_hold_it(DateTimeOffset triggered)
    {
        await using var engine = new EngineHost(Counting(() => { }));
        var cause = await engine.SendAsync("cause");

        var result = await engine.Get<EventIntake>().AcceptAsync(engine.Delivery("a") with { TriggeredAt = triggered, CausationId = cause }, Cancellation);

        Assert.Equal(triggered < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : triggered, result.Id.Time);
    }

    private static ProbeFunction Counting(Action count) => new((_, _, _) =>
    {
        count();
        return Task.FromResult(Outcome.Succeeded);
    });
}
