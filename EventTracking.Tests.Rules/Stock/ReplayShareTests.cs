using System.Globalization;
using System.Net;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>What a bulk replay leaves of the 200 calls a minute that Brightpearl allows. Product 2001 is item 1, 2002 item 2, and so on.</summary>
public sealed class ReplayShareTests : IAsyncDisposable
{
    private const int Products = 90;
    private const int Live = 2000 + Products;
    private const int CallsPerMinute = 200;

    private readonly StockEngine engine = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replay_that_chooses_its_rate_takes_at_most_a_quarter_of_the_calls_and_what_changes_meanwhile_does_not_wait()
    {
        await StockAsync();
        engine.Shops.Refuses = HttpStatusCode.UnprocessableEntity;
        for (var product = 2001; product < Live; product++)
        {
            await SendAsync(product);
        }

        await engine.Engine.RunToRestAsync();
        engine.Shops.Refuses = null;
        var plan = await engine.Engine.Get<ReplayPlanner>().PlanAsync(new ReplayRequested(ReplayAction.Replay, new ReplayFilter { Status = EventStatus.Failed }, Force: false, "ann", null), Cancellation);
        var id = ReplayId.OfRecord(Assert.IsType<ReplayPlan.Made>(plan).Job.Id);
        await engine.Engine.Get<ReplayJobs>().ChangeAsync(id, job => ReplayTransitions.Start(job, ramp: false, null, engine.Engine.Time.GetUtcNow()), Cancellation);
        engine.Shops.Calls.Clear();

        var live = 0;
        for (var second = 0; second < 60; second++)
        {
            await engine.Engine.Get<ReplayPump>().AdvanceAsync(Cancellation);
            await engine.Engine.RunAsync(FunctionNames.StockSync);
            if (second % 10 == 5)
            {
                live++;
                var change = await SendAsync(Live);
                await engine.Engine.RunAsync(FunctionNames.StockSync);
                Assert.Equal(EventStatus.Succeeded, (await engine.Engine.FindAsync(change)).Status);
            }

            engine.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var sent = (await engine.Engine.Get<ReplayJobs>().FindAsync(id, Cancellation))!.Value.Sent;
        Assert.InRange(sent, (CallsPerMinute / 4) - 2, (CallsPerMinute / 4) + 1);
        Assert.InRange(engine.Shops.Calls.Count(call => call == "availability") - live, 1, (CallsPerMinute / 4) + 1);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private Task<EventId> SendAsync(int product) => engine.SendBrightpearlAsync(Topics.OnHandModified, product.ToString(CultureInfo.InvariantCulture));

    private async Task StockAsync()
    {
        engine.Shops.Items.Clear();
        engine.Shops.Products.Clear();
        for (var number = 1; number <= Products; number++)
        {
            var sku = string.Create(CultureInfo.InvariantCulture, $"SKU-{number}");
            engine.Shops.Items[number] = new ShopItem(sku) { Available = 7 };
            engine.Shops.Products[2000 + number] = new ShopProduct(sku) { OnHand = 1000 + number };
            await engine.LinkAsync(2000 + number, sku, number);
            Assert.NotNull(await engine.Catalog.TryStoreAsync((await engine.ProductAsync(2000 + number))!.AtBrightpearl(new Reading(7, default)).AtShopify(new Reading(7, default)), Cancellation));
        }
    }
}
