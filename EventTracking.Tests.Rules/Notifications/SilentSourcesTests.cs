using EventTracking.Core;
using EventTracking.Core.Activities;
using EventTracking.Core.Notifications;
using EventTracking.Core.Recovery;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Rules.Functions;

namespace EventTracking.Tests.Rules.Notifications;

/// <summary>A source that goes silent, as the sweeper notices it from what the functions counted.</summary>
public sealed class SilentSourcesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_that_falls_silent_is_told_once_and_so_is_its_return()
    {
        await using var engine = Start();
        await CountAsync(engine, days: 15, perHour: 30, untilHoursAgo: 0);
        Assert.Empty(await ToldAsync(engine));

        // The service keeps running, but nothing comes any more.
        for (var hour = 0; hour < 3; hour++)
        {
            await SweepAsync(engine, TimeSpan.FromHours(1));
        }

        Assert.Equal([NotificationKind.SilentSource], await ToldAsync(engine));
        Assert.Equal("nothing has come from shop for 1 h, unlike at this time of recent days", (await engine.Get<Alerts>().ListAsync(Cancel))[0].Notifications[0].Title);

        await AddAsync(engine, engine.Time.GetUtcNow(), 1);
        await SweepAsync(engine, TimeSpan.FromMinutes(31));
        Assert.Equal([NotificationKind.SilentSource, NotificationKind.Recovered], await ToldAsync(engine));
    }

    [Theory]
    [InlineData(10, 30)]
    [InlineData(15, 3)]
    [InlineData(0, 0)]
    public async Task A_new_or_quiet_shop_is_never_reported(int days, int perHour)
    {
        await using var engine = Start();
        await CountAsync(engine, days, perHour, untilHoursAgo: 0);

        for (var hour = 0; hour < 10; hour++)
        {
            await SweepAsync(engine, TimeSpan.FromHours(1));
        }

        Assert.Empty(await ToldAsync(engine));
    }

    [Fact]
    public async Task A_process_that_has_just_started_does_not_blame_the_source_for_the_time_before()
    {
        await using var engine = Start();
        await CountAsync(engine, days: 15, perHour: 30, untilHoursAgo: 3);

        await SweepAsync(engine, TimeSpan.FromMinutes(1));

        Assert.Empty(await ToldAsync(engine));
    }

    private static Engine Start() => new((services, _) => services.AddAccount("shop", _ => "account", "other-account"));

    /// <summary>Counts events in every hour of the days before, and sweeps once.</summary>
    private static async Task CountAsync(Engine engine, int days, int perHour, int untilHoursAgo)
    {
        var now = Given.Now;
        for (var hour = untilHoursAgo; hour < days * 24; hour++)
        {
            await AddAsync(engine, now.AddHours(-hour).AddMinutes(-6), perHour);
        }

        await SweepAsync(engine, TimeSpan.Zero);
    }

    private static Task AddAsync(Engine engine, DateTimeOffset at, long count) => count == 0 ? Task.CompletedTask
        : engine.Get<IActivityStore>().AddAsync("unrouted", IActivityStore.SlotOf(at), new Dictionary<string, long> { [ActivityNames.Accepted] = count, [ActivityNames.From("shop")] = count }, Cancel);

    private static async Task SweepAsync(Engine engine, TimeSpan later)
    {
        engine.Time.Advance(later);
        await engine.Get<Sweeper>().SweepAsync(Cancel);
    }

    private static async Task<IReadOnlyList<NotificationKind>> ToldAsync(Engine engine) =>
        [.. (await engine.Get<Alerts>().ListAsync(Cancel)).SelectMany(alert => alert.Notifications).Select(notification => notification.Kind)];
}
