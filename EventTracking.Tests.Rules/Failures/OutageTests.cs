using System.Text;
using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Notifications;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Rules.Failures;

/// <summary>What an operator sees and hears while a system that four functions call is down.</summary>
public sealed class OutageTests : IAsyncDisposable
{
    private const string Planted = "Jane Doe, jane.doe@example.org, +49 30 1234567";

    private static readonly string[] Functions = ["four", "one", "three", "two"];

    private readonly Engine engine;
    private bool isDown = true;
    private List<EventId> broken = [];
    private int sent;

    public OutageTests()
    {
        var probe = new ProbeFunction((message, _) => isDown
            ? throw new FunctionException($"The shop does not respond for customer {Planted} with the order {message}.", "shop/unreachable", transient: false)
            : Task.FromResult(Outcome.Succeeded));
        engine = new Engine((services, _) =>
        {
            foreach (var function in Functions)
            {
                services.AddSingleton(new RegisteredFunction(function, new FunctionSettings(), () => probe)).AddRoute("test", function, function);
            }
        });
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_outage_is_one_cause_and_one_notification()
    {
        await BreakAsync(2);

        var overview = await engine.Get<FailureOverviews>().GetAsync(Cancel);
        var cause = Assert.Single(overview.Causes);
        Assert.Equal(("shop", 8, 4), (cause.Cause, cause.Count, cause.Groups.Count));

        for (var minute = 0; minute < 30; minute++)
        {
            await SweepAsync(TimeSpan.FromMinutes(1));
        }

        var notification = Assert.Single((await AlertAsync()).Notifications);
        Assert.Equal(
            (NotificationKind.NewGroup, "shop: 4 groups in four, one, three, two", 8, NotificationState.NoChannel),
            (notification.Kind, notification.Title, notification.Count, notification.State));
    }

    [Fact]
    public async Task The_end_of_the_outage_is_told_once()
    {
        var ids = await BreakAsync(1);
        await SweepAsync(TimeSpan.FromMinutes(1));
        isDown = false;
        foreach (var id in ids)
        {
            await engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancel);
        }

        await engine.RunToRestAsync();
        await SweepAsync(TimeSpan.FromMinutes(11));
        await SweepAsync(TimeSpan.FromMinutes(11));

        Assert.Equal([NotificationKind.NewGroup, NotificationKind.Recovered], (await AlertAsync()).Notifications.Select(notification => notification.Kind));
    }

    [Fact]
    public async Task An_outage_that_comes_back_after_its_end_was_told_is_told_again()
    {
        await BreakAsync(1);
        await SweepAsync(TimeSpan.FromMinutes(1));
        isDown = false;
        await ReplayAsync(broken);
        await SweepAsync(TimeSpan.FromMinutes(11));
        Assert.False((await AlertAsync()).IsOpen);

        isDown = true;
        await BreakAsync(1);
        await SweepAsync(TimeSpan.FromMinutes(11));
        await SweepAsync(TimeSpan.FromMinutes(11));

        Assert.Equal([NotificationKind.NewGroup, NotificationKind.Recovered, NotificationKind.Comeback], (await AlertAsync()).Notifications.Select(notification => notification.Kind));
    }

    [Fact]
    public async Task What_was_over_before_it_was_told_is_told_when_it_fails_again()
    {
        await BreakAsync(1);
        isDown = false;
        await ReplayAsync(broken);
        await SweepAsync(TimeSpan.FromMinutes(2));
        await SweepAsync(TimeSpan.FromMinutes(11));
        Assert.Empty(await engine.Get<Alerts>().ListAsync(Cancel));

        isDown = true;
        await BreakAsync(1);
        await SweepAsync(TimeSpan.FromMinutes(11));

        Assert.Equal(NotificationKind.NewGroup, Assert.Single((await AlertAsync()).Notifications).Kind);
    }

    [Fact]
    public async Task When_a_group_failed_first_does_not_change_with_further_attempts()
    {
        var began = engine.Time.GetUtcNow();
        await BreakAsync(1);
        engine.Time.Advance(TimeSpan.FromHours(1));
        await ReplayAsync(broken);

        var groups = (await engine.Get<FailureOverviews>().CountAsync()).Groups.ToArray();

        Assert.All(groups, group => Assert.Equal((began, began.AddHours(1)), (group.First, group.Last)));
    }

    [Fact]
    public async Task What_is_decided_here_is_counted_at_once()
    {
        await BreakAsync(1);
        var overviews = engine.Get<FailureOverviews>();
        Assert.Equal(4, (await overviews.GetAsync(Cancel)).Count);
        await engine.Get<Replayer>().DismissAsync(broken[0], "ann", "done", Cancel);
        Assert.Equal(4, (await overviews.GetAsync(Cancel)).Count);

        overviews.Forget();

        Assert.Equal(3, (await overviews.GetAsync(Cancel)).Count);
    }

    [Fact]
    public async Task Muted_groups_are_silent()
    {
        await BreakAsync(1);
        foreach (var group in (await engine.Get<FailureOverviews>().GetAsync(Cancel)).Groups)
        {
            await engine.Get<FailureTriage>().ChangeAsync(group.Fingerprint, new TriageChange { State = TriageState.Muted }, "ann", Cancel);
        }

        await SweepAsync(TimeSpan.FromMinutes(1));
        await SweepAsync(TimeSpan.FromMinutes(11));

        Assert.Empty(await engine.Get<Alerts>().ListAsync(Cancel));
    }

    [Theory]
    [InlineData(nameof(TriageState.Muted))]
    [InlineData(nameof(TriageState.Resolved))]
    public async Task What_is_muted_or_resolved_while_it_fails_has_not_recovered(string state)
    {
        await BreakAsync(1);
        await SweepAsync(TimeSpan.FromMinutes(1));
        foreach (var group in (await engine.Get<FailureOverviews>().GetAsync(Cancel)).Groups)
        {
            await engine.Get<FailureTriage>().ChangeAsync(group.Fingerprint, new TriageChange { State = Enum.Parse<TriageState>(state) }, "ann", Cancel);
        }

        await SweepAsync(TimeSpan.FromMinutes(11));
        await SweepAsync(TimeSpan.FromDays(2));

        Assert.Equal([NotificationKind.NewGroup], (await AlertAsync()).Notifications.Select(notification => notification.Kind));
    }

    [Fact]
    public async Task A_group_that_was_resolved_comes_back_after_a_replay_failed()
    {
        var ids = await BreakAsync(1);
        await SweepAsync(TimeSpan.FromMinutes(1));
        var fingerprint = (await engine.FindAsync(ids[0])).Error!.Fingerprint;
        await engine.Get<FailureTriage>().ChangeAsync(fingerprint, new TriageChange { State = TriageState.Resolved }, "ann", Cancel);

        engine.Time.Advance(TimeSpan.FromMinutes(2));
        await engine.Get<Replayer>().ReplayAsync(ids[0], "ann", null, force: false, Cancel);
        await engine.RunToRestAsync();
        await SweepAsync(TimeSpan.FromMinutes(2));

        var group = (await engine.Get<FailureGroups>().FindAsync(fingerprint, Cancel))!.Value;
        Assert.Equal((TriageState.Open, 1), (group.State, group.Comebacks));
        Assert.Single((await AlertAsync()).Notifications, notification => notification.Kind == NotificationKind.Comeback);
    }

    [Fact]
    public async Task Neither_titles_nor_what_is_common_names_anybody()
    {
        await BreakAsync(3);
        await SweepAsync(TimeSpan.FromMinutes(1));

        var groups = (await engine.Get<FailureOverviews>().GetAsync(Cancel)).Groups.ToArray();
        string[] texts =
        [
            .. groups.Select(group => group.Title),
            .. groups.Select(group => GroupTitle.Definition(group.Fingerprint, group.Function, group.Facts.Code)),
            .. groups.SelectMany(group => group.Messages).Select(message => message.Value),
            .. (await AlertAsync()).Notifications.Select(notification => notification.Title),
        ];
        Assert.Equal(4 + 4 + 4 + 1, texts.Length);
        Assert.All(texts, text =>
        {
            Assert.DoesNotContain("Jane", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Doe", text, StringComparison.Ordinal);
            Assert.DoesNotContain('@', text);
            Assert.DoesNotContain("1234567", text, StringComparison.Ordinal);
        });
        Assert.Contains("The shop does not respond for customer … with the order …", texts);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private async Task ReplayAsync(IEnumerable<EventId> ids)
    {
        foreach (var id in ids)
        {
            await engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancel);
        }

        await engine.RunToRestAsync();
    }

    private async Task<List<EventId>> BreakAsync(int each)
    {
        var ids = new List<EventId>();
        broken = ids;
        foreach (var function in Functions)
        {
            for (var index = 0; index < each; index++)
            {
                var id = await engine.Get<EventIntake>().AcceptAsync(
                    new Delivery { Source = "test", Account = "account", Topic = function, DeliveryId = $"{sent++}", TriggeredAt = engine.Time.GetUtcNow(), Body = Encoding.UTF8.GetBytes($"#{sent}") },
                    Cancel);
                ids.Add(id.Id);
            }
        }

        await engine.RunToRestAsync();
        return ids;
    }

    private async Task SweepAsync(TimeSpan later)
    {
        engine.Time.Advance(later);
        await engine.Get<Sweeper>().SweepAsync(Cancel);
    }

    private async Task<Alert> AlertAsync() => Assert.Single(await engine.Get<Alerts>().ListAsync(Cancel));
}
