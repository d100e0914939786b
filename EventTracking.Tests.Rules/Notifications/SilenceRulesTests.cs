using EventTracking.Core.Notifications;

namespace EventTracking.Tests.Rules.Notifications;

/// <summary>When silence of a source says that something is wrong.</summary>
public sealed class SilenceRulesTests
{
    [Fact]
    public void A_source_that_always_sends_at_this_time_and_does_not_now_is_silent() => Assert.True(SilenceRules.IsSilent(0, Days(20)));

    [Fact]
    public void One_event_is_no_silence() => Assert.False(SilenceRules.IsSilent(1, Days(1000)));

    [Fact]
    public void A_quiet_shop_is_not_silent() => Assert.False(SilenceRules.IsSilent(0, Days(19)));

    [Theory]
    [InlineData(13)]
    [InlineData(7)]
    [InlineData(0)]
    public void A_new_shop_is_not_silent(int days)
    {
        Assert.False(SilenceRules.IsSilent(0, [.. Days(1000).Select((count, day) => day < days ? count : 0)]));
        Assert.False(SilenceRules.IsSilent(0, [.. Days(1000).Take(days)]));
    }

    [Fact]
    public void A_shop_that_rests_on_this_day_of_the_week_is_not_silent_and_one_that_rests_on_others_is()
    {
        Assert.False(SilenceRules.IsSilent(0, [.. Days(1000).Select((count, day) => day % 7 == 6 ? 0 : count)]));

        // Seen from a Friday: yesterday was Thursday, and the sixth and fifth day before were Saturday and Sunday.
        Assert.True(SilenceRules.IsSilent(0, [.. Days(1000).Select((count, day) => day % 7 is 4 or 5 ? 0 : count)]));
    }

    [Fact]
    public void A_shop_that_has_been_resting_for_most_of_two_weeks_is_not_silent() =>
        Assert.False(SilenceRules.IsSilent(0, [.. Days(1000).Select((count, day) => day is < 6 or > 6 and < 9 ? 0 : count)]));

    private static long[] Days(long each) => [.. Enumerable.Repeat(each, SilenceRules.Days)];
}
