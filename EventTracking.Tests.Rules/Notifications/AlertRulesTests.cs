using System.Text.Json;
using EventTracking.Core.Failures;
using EventTracking.Core.Notifications;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Notifications;

/// <summary>When operators are told about a cause.</summary>
public sealed class AlertRulesTests
{
    private static readonly DateTimeOffset Now = Given.Now;

    private static readonly Alert Quiet = new("shop");

    [Theory]
    [InlineData(59, 1, 1, null)]
    [InlineData(60, 1, 1, NotificationKind.NewGroup)]
    [InlineData(60, 2, 0, null)]
    [InlineData(60, 3, 0, NotificationKind.NewGroup)]
    public void News_are_held_for_a_minute_and_three_events_or_one_final_failure(int seconds, int count, int failed, object? kind) =>
        Assert.Equal((NotificationKind?)kind, KindOf(Decide(Quiet, State(count, failed, Notice(Now)), Now.AddSeconds(seconds))));

    [Fact]
    public void A_further_group_of_a_cause_that_is_known_is_not_told()
    {
        var told = Decide(Quiet, State(1, 1, Notice(Now)), Now.AddMinutes(1))!;

        Assert.True(told.IsOpen);
        Assert.Null(Decide(told, State(2, 2, Notice(Now), Notice(Now.AddMinutes(2), "2-other")), Now.AddMinutes(5)));
    }

    [Fact]
    public void A_comeback_is_told_once()
    {
        var open = Quiet with { IsOpen = true, NotifiedAt = Now, NotifiedCount = 1 };
        var state = State(1, 1, Notice(Now, kind: GroupNoticeKind.Comeback));

        var told = Decide(open, state, Now.AddMinutes(1));

        Assert.Equal(NotificationKind.Comeback, KindOf(told));
        Assert.Null(Decide(told!, state, Now.AddMinutes(2)));
    }

    [Theory]
    [InlineData(30, 0, null)]
    [InlineData(39, 0, null)]
    [InlineData(40, 0, NotificationKind.Growing)]
    [InlineData(30, 24, NotificationKind.Reminder)]
    public void It_is_repeated_at_ten_times_the_size_or_after_a_day(int count, int hours, object? kind) => Assert.Equal(
        (NotificationKind?)kind, KindOf(Decide(Quiet with { IsOpen = true, NotifiedAt = Now, NotifiedCount = 4 }, State(count, count), Now.AddHours(hours))));

    [Fact]
    public void When_nothing_fails_any_more_that_is_told_once()
    {
        var recovered = Decide(Quiet with { IsOpen = true, NotifiedAt = Now, NotifiedCount = 4 }, State(0, 0), Now.AddHours(1));

        Assert.Equal((NotificationKind.Recovered, false), (KindOf(recovered), recovered!.IsOpen));
        Assert.Null(Decide(recovered, State(0, 0), Now.AddHours(2)));
    }

    [Fact]
    public void What_still_fails_but_is_silenced_has_not_recovered()
    {
        var silenced = Decide(Quiet with { IsOpen = true, NotifiedAt = Now, NotifiedCount = 4 }, State(0, 0) with { IsSilenced = true }, Now.AddHours(30));

        Assert.Equal((false, 0), (silenced!.IsOpen, silenced.Notifications.Count));
        Assert.Null(Decide(silenced, State(0, 0), Now.AddHours(31)));
        Assert.Equal(NotificationKind.MuteOver, KindOf(Decide(silenced, State(4, 4, Notice(Now, kind: GroupNoticeKind.MuteOver)), Now.AddHours(31))));
        Assert.Equal(NotificationKind.NewGroup, KindOf(Decide(silenced, State(1, 1, Notice(Now, "2-other")), Now.AddHours(31))));
    }

    [Theory]
    [InlineData(0, 100, null)]
    [InlineData(100, 100, null)]
    [InlineData(99, 100, NotificationKind.Rate)]
    public void A_rate_above_the_bound_is_told(int bound, int lastHour, object? kind) =>
        Assert.Equal((NotificationKind?)kind, KindOf(AlertRules.Decide(Quiet, State(100, 100) with { LastHour = lastHour }, bound, Now, NotificationState.Pending)));

    [Fact]
    public void What_has_waited_for_too_long_is_told_once_and_its_end_too()
    {
        Assert.Null(Decide(Quiet, 0, Now));
        var told = Decide(Quiet, 2, Now)!;
        Assert.Equal(NotificationKind.WaitingTooLong, KindOf(told));
        Assert.Null(Decide(told, 3, Now.AddHours(1)));
        Assert.Equal(NotificationKind.Growing, KindOf(Decide(told, 20, Now.AddHours(1))));
        Assert.Equal(NotificationKind.Reminder, KindOf(Decide(told, 3, Now.AddDays(1))));
        Assert.Equal(NotificationKind.Recovered, KindOf(Decide(told, 0, Now.AddHours(2))));

        static Alert? Decide(Alert alert, int waiting, DateTimeOffset now) =>
            AlertRules.DecideCondition(alert, new Condition("events that wait", NotificationKind.WaitingTooLong, "waiting", waiting > 0, waiting, null), now, NotificationState.Pending);
    }

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(2, 0, false)]
    [InlineData(0, 1, false)]
    [InlineData(0, 3, true)]
    public void What_is_known_and_fails_although_nobody_was_told_is_told(int failed, int retried, bool told)
    {
        // A group that was over before it was worth telling, or whose cause has recovered, has no notice any more.
        var held = failed == 2 ? Now : Now.AddMinutes(-1);
        var state = State(failed + retried, failed) with { Known = new KnownFailures(failed + retried, failed, held) };

        Assert.Equal(told ? NotificationKind.NewGroup : null, KindOf(Decide(Quiet, state, Now)));
        Assert.Equal(told ? NotificationKind.Comeback : null, KindOf(Decide(Quiet with { NotifiedAt = Now.AddHours(-1) }, state, Now)));
        Assert.Equal(told && failed > 0 ? NotificationKind.Comeback : null, KindOf(Decide(Quiet with { NotifiedAt = Now.AddMinutes(-59) }, state, Now)));
        Assert.Null(Decide(Quiet with { IsOpen = true, NotifiedAt = Now, NotifiedCount = 1 }, state, Now));
    }

    [Fact]
    public void Each_obligation_is_told_even_if_the_cause_is_known_and_never_twice()
    {
        var open = Quiet with { IsOpen = true, NotifiedAt = Now, NotifiedCount = 1 };
        var two = State(3, 3) with { Obligations = ["01A", "01B"], ObligationTitle = "law in desk" };

        var told = Decide(open, two, Now.AddMinutes(1))!;

        var notification = told.Notifications[^1];
        Assert.Equal((NotificationKind.Obligation, "law in desk", 2, 3), (notification.Kind, notification.Title, notification.Count, told.NotifiedCount));
        Assert.Null(Decide(told, two, Now.AddMinutes(2)));

        // One is done: that is remembered, and nobody is told. The next one is told by itself.
        var done = Decide(told, two with { Obligations = ["01B"] }, Now.AddMinutes(3))!;
        Assert.Equal((1, told.Notifications.Count), (done.Obligations.Count, done.Notifications.Count));
        Assert.Equal(1, Decide(done, two with { Obligations = ["01B", "01C"] }, Now.AddMinutes(4))!.Notifications[^1].Count);
    }

    [Fact]
    public void An_alert_of_an_earlier_version_is_read()
    {
        const string stored = """{"subject":"shop","is_open":true,"notified_count":1,"notifications":[{"kind":"NewGroup","title":"shop","count":1,"at":"2026-11-23T10:00:00+00:00","state":"Sent","notices":[],"attempts":1}]}""";

        var alert = JsonSerializer.Deserialize(stored, AlertJson.Default.Alert)!;

        Assert.Equal((0, 0, 0), (alert.Obligations.Count, alert.Sends.Count, alert.Notifications[0].Parts.Count));
        Assert.Null(Decide(alert with { NotifiedAt = Now }, State(1, 1), Now));
    }

    [Fact]
    public void Only_the_newest_notifications_are_kept()
    {
        var alert = Enumerable.Range(0, 50).Aggregate(Quiet, (alert, number) => alert.With(new Notification(NotificationKind.Test, $"{number}", 0, null, Now, NotificationState.Sent)));

        Assert.Equal((Alert.NotificationsKept, "49"), (alert.Notifications.Count, alert.Notifications[^1].Title));
    }

    [Fact]
    public void Attempts_to_send_come_less_and_less_often() =>
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128], Enumerable.Range(1, SendRules.MaxAttempts).Select(attempt => SendRules.DelayAfter(attempt).TotalMinutes));

    private static Alert? Decide(Alert alert, CauseState state, DateTimeOffset now) => AlertRules.Decide(alert, state, 0, now, NotificationState.Pending);

    private static NotificationKind? KindOf(Alert? alert) => alert?.Notifications[^1].Kind;

    private static CauseState State(int count, int failed, params KeyedNotice[] notices) => new("shop", count, failed, 0, Now, notices);

    private static KeyedNotice Notice(DateTimeOffset at, string fingerprint = "2-0123", GroupNoticeKind kind = GroupNoticeKind.NewGroup) => new(fingerprint, new GroupNotice(kind, at));
}
