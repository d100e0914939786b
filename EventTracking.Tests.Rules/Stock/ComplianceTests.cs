using EventTracking.Core.Events;
using EventTracking.Core.Notifications;
using EventTracking.Core.Records;
using EventTracking.Core.Replay;

namespace EventTracking.Tests.Rules.Stock;

public sealed class ComplianceTests
{
    private const string Body = """{"shop_domain":"acme.myshopify.com","customer":{"id":191167,"email":"jane.roe@example.com","phone":"555-625-1199"}}""";

    [Theory]
    [InlineData("customers/data_request", "compliance/customer-data-request")]
    [InlineData("customers/redact", "compliance/customer-redact")]
    [InlineData("shop/redact", "compliance/shop-redact")]
    public async Task A_request_about_personal_data_fails_at_once_and_its_record_names_nobody(string topic, string code)
    {
        await using var shop = new StockEngine();

        var id = await shop.SendShopifyAsync(topic, Body);
        await shop.Engine.RunToRestAsync();

        var record = await shop.Engine.FindAsync(id);
        Assert.Equal((EventStatus.Failed, 1, code), (record.Status, record.AttemptCount, record.Error?.Code));
        Assert.Contains("dismiss this event", record.Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("191167", record.ToString(), StringComparison.Ordinal);
        Assert.All((string[])["jane", "625", "191167"], personal => Assert.DoesNotContain(personal, record.Error.ToString(), StringComparison.Ordinal));
        Assert.Null(record.Event.Entity);
    }

    [Fact]
    public async Task Operators_are_told_of_each_request_and_at_once_of_those_that_come_together()
    {
        await using var shop = new StockEngine();
        int[] told = [1, 2, 1];
        foreach (var count in told)
        {
            for (var request = 0; request < count; request++)
            {
                await shop.SendShopifyAsync("customers/redact", Body);
            }

            await shop.Engine.RunToRestAsync();
            for (var sweep = 0; sweep < 3; sweep++)
            {
                shop.Engine.Time.Advance(TimeSpan.FromMinutes(11));
                await shop.Engine.RunToRestAsync();
            }
        }

        var alert = Assert.Single(await shop.Engine.Get<Alerts>().ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal("compliance", alert.Subject);
        Assert.Equal(told, alert.Notifications.Select(notification => notification.Count));
        Assert.All(alert.Notifications, notification => Assert.Equal("compliance/customer-redact in compliance", notification.Title));
        Assert.Equal(4, alert.Obligations.Count);
    }

    [Fact]
    public async Task An_operator_dismisses_a_request_with_what_was_done()
    {
        await using var shop = new StockEngine();
        var id = await shop.SendShopifyAsync("customers/redact", Body);
        await shop.Engine.RunToRestAsync();

        await shop.Engine.Get<Replayer>().DismissAsync(id, "kim", "erased on both sides", TestContext.Current.CancellationToken);

        var record = await shop.Engine.FindAsync(id);
        Assert.Equal((EventStatus.Dismissed, "erased on both sides"), (record.Status, record.History[^1].Reason));
    }

    [Fact]
    public async Task A_bulk_dismissal_leaves_requests_out_unless_it_names_them()
    {
        await using var shop = new StockEngine();
        await shop.SendShopifyAsync("customers/redact", Body);
        await shop.Engine.RunToRestAsync();

        var all = await PlanAsync(new ReplayFilter { Status = EventStatus.Failed });
        Assert.Equal((0, 1), (all.Value.Planned, all.Value.Verdicts["obligation"]));
        var entries = await shop.Engine.Get<ReplayJobs>().ReadPlanAsync(ReplayId.OfRecord(all.Id), TestContext.Current.CancellationToken);
        Assert.StartsWith("A request about personal data is answered by people", Assert.Single(entries!).Because, StringComparison.Ordinal);
        Assert.Equal(1, (await PlanAsync(new ReplayFilter { Function = "compliance" })).Value.Planned);
        Assert.Equal(1, (await PlanAsync(new ReplayFilter { Topic = "customers/redact" })).Value.Planned);

        async Task<StoredRecord<ReplayJob>> PlanAsync(ReplayFilter filter)
        {
            // Ids of plans are made of the time.
            shop.Engine.Time.Advance(TimeSpan.FromSeconds(1));
            return Assert.IsType<ReplayPlan.Made>(await shop.Engine.Get<ReplayPlanner>().PlanAsync(new ReplayRequested(ReplayAction.Dismiss, filter, false, "kim", "tests"), TestContext.Current.CancellationToken)).Job;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replay_of_a_request_is_refused_because_it_cannot_help(bool force)
    {
        await using var shop = new StockEngine();
        var id = await shop.SendShopifyAsync("customers/redact", Body);
        await shop.Engine.RunToRestAsync();

        var result = await shop.Engine.Get<Replayer>().ReplayAsync(id, "kim", null, force, TestContext.Current.CancellationToken);
        var plan = await shop.Engine.Get<ReplayPlanner>().PlanAsync(
            new ReplayRequested(ReplayAction.Replay, new ReplayFilter { Cause = "compliance" }, force, "kim", null), TestContext.Current.CancellationToken);

        Assert.IsNotType<ReplayResult.Sent>(result);
        Assert.Equal(0, Assert.IsType<ReplayPlan.Made>(plan).Job.Value.Planned);
        Assert.Equal((EventStatus.Failed, 1), ((await shop.Engine.FindAsync(id)).Status, (await shop.Engine.FindAsync(id)).AttemptCount));
    }
}
