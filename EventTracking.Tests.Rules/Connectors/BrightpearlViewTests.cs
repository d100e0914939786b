using EventTracking.Stock.Connectors.Brightpearl;

namespace EventTracking.Tests.Rules.Connectors;

/// <summary>What a process knows about the account's 200 calls a minute. Times are seconds since its start; its clock shows <see cref="Clock"/> then.</summary>
public sealed class BrightpearlViewTests
{
    private static readonly DateTimeOffset Clock = new(2026, 11, 30, 9, 0, 0, TimeSpan.Zero);
    private static readonly BrightpearlView Nothing = new(new BrightpearlPace(200, TimeSpan.FromMinutes(1)));

    [Fact]
    public void The_first_calls_of_a_period_are_few_until_a_response_is_seen()
    {
        var (view, reserved) = Reserve(Learn(Nothing, null, 0), 80, 0);
        Assert.Equal((10, new BrightpearlPeriod(1, Millis(0), 60_000, 190, false)), (reserved, view.Record));
        Assert.Equal(TimeSpan.FromSeconds(0.601), view.UntilNext(TimeSpan.Zero));

        // The response says that the minute is half over, and 190 are left: 80 of them are kept.
        view = Observe(view, 190, 30, 0, 0.1);
        Assert.Equal(TimeSpan.Zero, view.UntilNext(S(0.1)));
        (view, reserved) = Reserve(view, 200, 0.1);
        Assert.Equal((110, new BrightpearlPeriod(1, Millis(0.1), 30_000, 80, true)), (reserved, view.Record));
    }

    [Fact]
    public void What_other_clients_use_is_not_used_again()
    {
        var (view, _) = Reserve(Learn(Nothing, null, 0), 10, 0);

        view = Observe(view, 100, 30, 0, 0);
        view = Observe(view, 120, 30, 0, 0);

        Assert.Equal(20, Reserve(view, 200, 0).Reserved);
    }

    [Fact]
    public void A_response_that_does_not_count_the_calls_in_flight_gives_none_back()
    {
        var (view, _) = Reserve(Observe(Reserve(Learn(Nothing, null, 0), 10, 0).View, 195, 30, 0, 0), 65, 0);

        Assert.Equal(125, view.Record!.Free);
        Assert.Equal(125, Reserve(Observe(view, 190, 30, 0, 0), 0, 0).View.Record!.Free);
    }

    [Fact]
    public void What_others_reserved_in_the_record_counts()
    {
        var view = Observe(Reserve(Learn(Nothing, null, 0), 10, 0).View, 190, 30, 0, 0);

        view = Learn(view, new BrightpearlPeriod(1, Millis(0), 30_000, 85, true), 0);

        Assert.Equal(5, Reserve(view, 200, 0).Reserved);
    }

    [Theory]
    [InlineData(0, 20.0, 20.0)] // the period is used up
    [InlineData(0, null, 50.0)] // a throttle without headers, ten seconds after the service began the period
    [InlineData(5, 20.0, 20.0)] // the last ones are for calls that are not counted yet
    public void A_period_that_is_used_up_is_waited_for(int remaining, double? left, double wait)
    {
        var view = Reserve(Learn(Nothing, null, 0), 10, 0).View;

        view = Observe(view, remaining, left, 10, 10);

        Assert.Equal(S(wait), view.UntilNext(S(10)));
        Assert.Equal(TimeSpan.Zero, view.UntilNext(S(10 + wait)));
        Assert.Equal((2, 10), (Reserve(view, 200, 10 + wait).View.Record!.Number, Reserve(view, 200, 10 + wait).Reserved));
    }

    [Fact]
    public void Without_headers_the_setting_is_the_limit()
    {
        var view = Observe(Reserve(Learn(Nothing, null, 0), 10, 0).View, null, null, 0, 0.1);

        Assert.Equal(30, Reserve(view, 200, 0).Reserved);
        Assert.Equal(110, Reserve(view, 200, 30).Reserved);
    }

    [Fact]
    public void A_response_of_the_next_period_ends_the_last_one()
    {
        var view = Observe(Reserve(Learn(Nothing, null, 0), 10, 0).View, 190, 30, 0, 0);

        view = Observe(view, 197, 59.9, 29.9, 30.1);
        var (next, reserved) = Reserve(view, 200, 30.1);

        // The account seems to have 198, and 59.9 sixtieths of 158.4 are kept.
        Assert.Equal((39, new BrightpearlPeriod(2, Millis(30.1), 59_900, 158, true)), (reserved, next.Record));
        Assert.Equal(TimeSpan.Zero, next.UntilNext(S(90)));
    }

    [Fact]
    public void A_response_that_was_on_its_way_since_the_last_period_says_nothing_about_this_one()
    {
        var view = Observe(Reserve(Learn(Nothing, null, 0), 10, 0).View, 190, 30, 0, 0);
        view = Observe(Reserve(view, 1, 30).View, 199, 60, 30, 30);

        view = Observe(view, 3, 0.2, 29.9, 30.5);

        Assert.Equal(2, Reserve(view, 1, 31).View.Record!.Number);
        Assert.True(Reserve(view, 200, 31).Reserved > 30);
    }

    [Fact]
    public void A_response_of_a_call_from_before_another_process_began_a_period_does_not_end_it()
    {
        var view = Observe(Reserve(Learn(Nothing, null, 0), 10, 0).View, 190, 30, 0, 0);

        view = Learn(view, new BrightpearlPeriod(2, Millis(29.9), 60_000, 190, true), 29.9);
        view = Observe(view, 3, 0.2, 29.5, 30);

        Assert.Equal(2, Reserve(view, 1, 31).View.Record!.Number);
    }

    [Fact]
    public void A_response_knows_better_than_the_record_when_the_period_ends()
    {
        var view = Learn(Nothing, new BrightpearlPeriod(7, Millis(0), 60_000, 150, true), 0);
        Assert.True(view.UntilNext(TimeSpan.Zero) > TimeSpan.Zero);

        view = Observe(view, 150, 10, 0.1, 0.2);

        // 10 s are left: 26 are kept.
        Assert.Equal(124, Reserve(view, 200, 0.2).Reserved);
        Assert.Equal(8, Reserve(view, 1, 10.3).View.Record!.Number);
    }

    [Fact]
    public void A_period_that_another_process_began_is_the_one_that_a_response_spoke_of()
    {
        var view = Observe(Reserve(Learn(Nothing, null, 0), 10, 0).View, 190, 30, 0, 0);
        view = Observe(view, 180, 50, 39, 40);

        view = Learn(view, new BrightpearlPeriod(2, Millis(39), 60_000, 199, false), 40);

        // 50 s are left: 133 are kept.
        Assert.Equal(47, Reserve(view, 200, 40).Reserved);
        Assert.Equal(3, Reserve(view, 1, 90).View.Record!.Number);
    }

    [Fact]
    public void A_record_from_a_clock_that_is_ahead_blocks_for_no_longer_than_it_was_meant_to()
    {
        var used = new BrightpearlPeriod(7, Millis(600), 50_000, 5, true);
        var view = Learn(Nothing, used, 0);
        Assert.Equal(S(50), view.UntilNext(TimeSpan.Zero));

        view = Learn(view, used, 40);

        Assert.Equal(S(10), view.UntilNext(S(40)));
        Assert.Equal(8, Reserve(view, 1, 50).View.Record!.Number);
    }

    [Theory]
    [InlineData(-70, 50_000, 0)] // written 70 s ago, so it is over
    [InlineData(-20, 50_000, 30)]
    [InlineData(3600, long.MaxValue, 60)] // no record can block for longer than a minute
    [InlineData(0, -5, 0)]
    public void A_record_from_before_this_process_began_ends_when_it_says(double written, long left, double wait) =>
        Assert.Equal(S(wait), Learn(Nothing, new BrightpearlPeriod(7, Millis(written), left, 5, true), 0).UntilNext(TimeSpan.Zero));

    // 160 of the 200 are kept, not 8000 of the 10,000.
    [Fact]
    public void A_setting_that_is_too_high_does_not_keep_the_calls_from_being_used()
    {
        var view = Reserve(Learn(new BrightpearlView(new BrightpearlPace(10_000, TimeSpan.FromMinutes(1))), null, 0), 1, 0).View;

        view = Observe(view, 199, 60, 0, 0);

        Assert.Equal(39, Reserve(view, 200, 0).Reserved);
        Assert.Equal(10, Reserve(view, 200, 60).Reserved);
    }

    [Fact]
    public void Only_news_is_written()
    {
        var view = Observe(Reserve(Learn(Nothing, null, 0), 10, 0).View, 190, 30, 0, 0);
        Assert.True(view.Reserve(0, TimeSpan.Zero, Clock).IsNews);

        view = Reserve(view, 0, 0).View;
        Assert.False(view.Reserve(0, TimeSpan.Zero, Clock).IsNews);
        Assert.True(Observe(view, 80, 30, 0, 0).Reserve(0, TimeSpan.Zero, Clock).IsNews);
        Assert.True(view.Reserve(0, S(31), Clock).IsNews);
    }

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private static long Millis(double seconds) => (Clock + S(seconds)).ToUnixTimeMilliseconds();

    private static BrightpearlView Learn(BrightpearlView view, BrightpearlPeriod? record, double now) => view.Learn(record, S(now), Clock + S(now));

    private static BrightpearlView Observe(BrightpearlView view, int? remaining, double? left, double startedAt, double now) =>
        view.Observe(remaining, left is { } seconds ? S(seconds) : null, S(startedAt), S(now));

    private static (BrightpearlView View, int Reserved) Reserve(BrightpearlView view, int calls, double now)
    {
        var (record, reserved, _) = view.Reserve(calls, S(now), Clock + S(now));
        return (view.Wrote(record, S(now)), reserved);
    }
}
