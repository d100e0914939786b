using EventTracking.Core.Failures;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Failures;

/// <summary>When a failure is news.</summary>
public sealed class TriageRulesTests
{
    private static readonly DateTimeOffset Now = Given.Now;

    private static readonly FailureGroup Open = new("2-0123", "probe", "test/broken", "IOException", Now);

    [Fact]
    public void The_first_failure_makes_a_group_and_its_news()
    {
        var group = TriageRules.See(null, Seen(Now), Now)!;

        Assert.Equal(("2-0123", TriageState.Open, new GroupNotice(GroupNoticeKind.NewGroup, Now)), (group.Fingerprint, group.State, group.Notice));
    }

    [Theory]
    [InlineData(TriageState.Open)]
    [InlineData(TriageState.Investigating)]
    [InlineData(TriageState.Muted)]
    public void Further_failures_are_no_news(object state) => Assert.Null(TriageRules.See(Open with { State = (TriageState)state }, Seen(Now.AddDays(1)), Now.AddDays(1)));

    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    public void A_failure_comes_back_if_its_attempt_started_more_than_a_minute_after_the_resolution(int seconds, bool comesBack)
    {
        var seen = TriageRules.See(Resolved(new(ResolutionKind.Now, Now, [])), Seen(Now.AddSeconds(seconds)), Now.AddHours(1));

        Assert.Equal(comesBack, seen is { State: TriageState.Open, Comebacks: 1, Resolution: null, Notice.Kind: GroupNoticeKind.Comeback });
        Assert.Equal(comesBack, seen is not null);
    }

    [Fact]
    public void Nothing_comes_back_while_the_last_events_are_still_to_succeed() =>
        Assert.Null(TriageRules.See(Resolved(new(ResolutionKind.Drained, null, [])), Seen(Now.AddDays(1)), Now.AddDays(1)));

    [Theory]
    [InlineData("old", false)]
    [InlineData("new", true)]
    [InlineData(null, true)]
    public void What_the_next_build_resolves_comes_back_in_another_build_only(string? build, bool comesBack) => Assert.Equal(
        comesBack,
        TriageRules.See(Resolved(new(ResolutionKind.NextBuild, Now, ["old", "older"])), Seen(Now.AddHours(1), build), Now.AddHours(1)) is not null);

    [Theory]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public void A_group_is_resolved_once_its_last_event_has_succeeded(int left, bool resolved)
    {
        var advanced = TriageRules.Advance(Resolved(new(ResolutionKind.Drained, null, [])), new GroupCount(left, 0, 0), Now.AddHours(1));

        Assert.Equal(resolved, advanced?.Resolution?.EffectiveAt == Now.AddHours(1));
    }

    [Theory]
    [InlineData(59, 10, 5, false)]
    [InlineData(60, 10, 5, true)]
    [InlineData(0, 11, 5, true)]
    [InlineData(0, 10, 6, true)]
    public void A_mute_ends_by_time_count_or_rate(int minutes, int since, int lastHour, bool ends)
    {
        var muted = Open with { State = TriageState.Muted, Mute = new Mute(Now, Now.AddHours(1), 10, 5) };

        var advanced = TriageRules.Advance(muted, new GroupCount(20, since, lastHour), Now.AddMinutes(minutes));

        Assert.Equal(ends, advanced is { State: TriageState.Open, Mute: null, Notice.Kind: GroupNoticeKind.MuteOver });
        Assert.Equal(ends, advanced is not null);
    }

    [Fact]
    public void A_mute_without_an_end_lasts() => Assert.Null(TriageRules.Advance(Open with { State = TriageState.Muted, Mute = new Mute(Now, null, null, null) }, new GroupCount(9999, 9999, 9999), Now.AddYears(1)));

    [Fact]
    public void A_mute_that_ends_when_nothing_fails_is_no_news() =>
        Assert.Null(TriageRules.Advance(Open with { State = TriageState.Muted, Mute = new Mute(Now, Now, null, null) }, default, Now)!.Notice);

    [Fact]
    public void The_history_keeps_the_newest_entries()
    {
        var group = Enumerable.Range(0, 50).Aggregate(Open, (group, number) => group.WithEntry("ann", Now, $"{number}"));

        Assert.Equal((FailureGroup.HistoryKept, "49"), (group.History.Count, group.History[^1].What));
    }

    private static FailureGroup Resolved(Resolution resolution) => Open with { State = TriageState.Resolved, Resolution = resolution };

    private static SeenFailure Seen(DateTimeOffset startedAt, string? build = "new") => new("probe", Given.Failure("2-0123") with { Code = "test/broken", Build = build }, startedAt);
}
