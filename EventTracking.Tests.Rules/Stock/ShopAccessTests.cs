using System.Net;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Notifications;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>What happens while Shopify refuses the access token, as it does from the moment when the app is uninstalled.</summary>
public sealed class ShopAccessTests : IAsyncDisposable
{
    private readonly StockEngine engine = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task Changes_of_stock_wait_for_the_shop_and_run_by_themselves_once_the_app_is_installed_again(HttpStatusCode status)
    {
        await engine.LinkAsync();
        engine.Shops.Refuses = status;
        var change = await engine.SendBrightpearlAsync(Topics.OnHandModified, "1008");
        var level = await engine.SendShopifyAsync(Topics.InventoryLevelsUpdate, """{"inventory_item_id":7}""");
        await engine.Engine.RunToRestAsync();

        Assert.Equal((EventStatus.Waiting, Entities.Shop), await StateAsync(change));
        Assert.Equal((EventStatus.Waiting, Entities.Shop), await StateAsync(level));
        var check = await engine.Engine.FindAsync(Assert.Single((await engine.Engine.FindAsync(change)).Effects));
        Assert.Equal((EventStatus.Failed, "shopify/app-uninstalled"), (check.Status, check.Error?.Code));
        Assert.Contains("acme.myshopify.com", check.Error?.Message, StringComparison.Ordinal);

        // Nobody does anything here but install the app.
        engine.Shops.Refuses = null;
        engine.Engine.Time.Advance(TimeSpan.FromMinutes(2));
        await engine.Engine.RunToRestAsync();

        Assert.Equal((EventStatus.Succeeded, null), await StateAsync(change));
        Assert.Equal((EventStatus.Succeeded, null), await StateAsync(level));
        Assert.Equal(9, engine.Shops.Available);
    }

    [Fact]
    public async Task The_check_that_failed_asks_for_no_attention_once_the_app_is_installed_again_and_its_record_says_why()
    {
        await engine.LinkAsync();
        engine.Shops.Refuses = HttpStatusCode.Unauthorized;
        var change = await engine.SendBrightpearlAsync(Topics.OnHandModified, "1008");
        await engine.Engine.RunToRestAsync();
        var check = Assert.Single((await engine.Engine.FindAsync(change)).Effects);

        engine.Shops.Refuses = null;
        engine.Engine.Time.Advance(TimeSpan.FromMinutes(2));
        await engine.Engine.RunToRestAsync();

        var record = await engine.Engine.FindAsync(check);
        Assert.Equal((EventStatus.Superseded, "shop:shopify is there, so its import is no longer needed"), (record.Status, record.History[^1].Reason));
        Assert.Equal(0, (await engine.Engine.Get<FailureOverviews>().CountAsync()).Count);
    }

    [Fact]
    public async Task It_asks_for_no_attention_either_if_nothing_waits_any_more()
    {
        await engine.LinkAsync();
        engine.Shops.Refuses = HttpStatusCode.Unauthorized;
        var change = await engine.SendBrightpearlAsync(Topics.OnHandModified, "1008");
        await engine.Engine.RunToRestAsync();
        var check = Assert.Single((await engine.Engine.FindAsync(change)).Effects);
        await engine.Engine.Get<Replayer>().DismissAsync(change, "kim", "set by hand", Cancellation);

        engine.Engine.Time.Advance(TimeSpan.FromMinutes(11));
        await engine.Engine.RunToRestAsync();
        Assert.Equal(EventStatus.Failed, (await engine.Engine.FindAsync(check)).Status);

        engine.Shops.Refuses = null;
        engine.Engine.Time.Advance(TimeSpan.FromMinutes(11));
        await engine.Engine.RunToRestAsync();
        Assert.Equal(EventStatus.Superseded, (await engine.Engine.FindAsync(check)).Status);
    }

    [Fact]
    public async Task Each_time_the_app_is_uninstalled_operators_are_told_even_during_an_outage_of_Shopify()
    {
        await engine.LinkAsync();
        engine.Shops.Refuses = HttpStatusCode.BadRequest;
        await engine.SendBrightpearlAsync(Topics.OnHandModified, "1008");
        await SettleAsync();
        Assert.Equal([NotificationKind.NewGroup], await ToldAsync());

        for (var time = 1; time <= 2; time++)
        {
            engine.Shops.Refuses = HttpStatusCode.Unauthorized;
            await engine.SendShopifyAsync(Topics.AppUninstalled, """{"id":548380009}""");
            await SettleAsync();
            Assert.Equal(time, (await ToldAsync()).Count(kind => kind == NotificationKind.Obligation));

            engine.Shops.Refuses = HttpStatusCode.BadRequest;
            await SettleAsync();
        }
    }

    [Fact]
    public async Task However_long_the_app_is_uninstalled_the_sweeps_make_few_calls_and_one_record_says_why()
    {
        await engine.LinkAsync();
        engine.Shops.Refuses = HttpStatusCode.Unauthorized;
        var change = await engine.SendBrightpearlAsync(Topics.OnHandModified, "1008");
        await engine.Engine.RunToRestAsync();
        engine.Shops.Calls.Clear();

        for (var minute = 0; minute < 60; minute++)
        {
            engine.Engine.Time.Advance(TimeSpan.FromMinutes(1));
            await engine.Engine.RunToRestAsync();
        }

        Assert.InRange(engine.Shops.Calls.Count, 1, 70);
        Assert.Single((await engine.Engine.FindAsync(change)).Effects);
    }

    [Fact]
    public async Task The_notice_that_the_app_was_uninstalled_waits_like_the_rest()
    {
        engine.Shops.Refuses = HttpStatusCode.Unauthorized;
        var notice = await engine.SendShopifyAsync(Topics.AppUninstalled, """{"id":548380009}""");
        await engine.Engine.RunToRestAsync();
        Assert.Equal((EventStatus.Waiting, Entities.Shop), await StateAsync(notice));

        engine.Shops.Refuses = null;
        engine.Engine.Time.Advance(TimeSpan.FromMinutes(2));
        await engine.Engine.RunToRestAsync();

        Assert.Equal((EventStatus.Ignored, null), await StateAsync(notice));
    }

    [Fact]
    public async Task An_old_notice_does_not_stop_a_shop_that_has_the_app_again()
    {
        await engine.LinkAsync();
        var notice = await engine.SendShopifyAsync(Topics.AppUninstalled, """{"id":548380009}""");
        var change = await engine.SendBrightpearlAsync(Topics.OnHandModified, "1008");
        await engine.Engine.RunToRestAsync();

        Assert.Equal((EventStatus.Ignored, null), await StateAsync(notice));
        Assert.Equal((EventStatus.Succeeded, null), await StateAsync(change));
    }

    [Fact]
    public async Task A_call_that_fails_otherwise_does_not_wait_for_the_shop()
    {
        await engine.LinkAsync();
        engine.Shops.Refuses = HttpStatusCode.BadRequest;
        var change = await engine.SendBrightpearlAsync(Topics.OnHandModified, "1008");
        await engine.Engine.RunToRestAsync();

        Assert.NotEqual(EventStatus.Waiting, (await engine.Engine.FindAsync(change)).Status);
    }

    [Fact]
    public async Task A_sweep_releases_nothing_while_the_token_is_refused()
    {
        await engine.LinkAsync();
        engine.Shops.Refuses = HttpStatusCode.Unauthorized;
        var change = await engine.SendBrightpearlAsync(Topics.OnHandModified, "1008");
        await engine.Engine.RunToRestAsync();
        engine.Engine.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(0, (await engine.Engine.Get<Sweeper>().SweepAsync(Cancellation)).Released);
        Assert.Equal((EventStatus.Waiting, Entities.Shop), await StateAsync(change));
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private async Task SettleAsync()
    {
        for (var minute = 0; minute < 25; minute++)
        {
            await engine.Engine.RunToRestAsync();
            engine.Engine.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private async Task<IReadOnlyList<NotificationKind>> ToldAsync() =>
        [.. (await engine.Engine.Get<Alerts>().ListAsync(Cancellation)).Single(alert => alert.Subject == "shopify").Notifications.Select(notification => notification.Kind)];

    private async Task<(EventStatus Status, EntityKey? WaitingOn)> StateAsync(EventId id)
    {
        var record = await engine.Engine.FindAsync(id);
        return (record.Status, record.WaitingOn);
    }
}
