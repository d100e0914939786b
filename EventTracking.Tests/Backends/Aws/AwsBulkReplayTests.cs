using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Processing;
using EventTracking.Core.Replay;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>A bulk replay on the AWS backend, from the failures to its end.</summary>
public sealed class AwsBulkReplayTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private const int Events = 12;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Spares_what_is_moot_and_replays_the_rest_once()
    {
        backend.Handler = (body, _, _) => body == "fails" ? throw new FunctionException("down", "shop/down", transient: false) : Task.FromResult(Outcome.Succeeded);
        var start = TimeProvider.System.GetUtcNow().AddMinutes(-10);
        List<EventId> sent = [];
        for (var number = 0; number < Events; number++)
        {
            sent.Add(await SendAsync(number, "fails", start.AddSeconds(number)));
        }

        // Every third product has a later event that succeeded.
        for (var number = 0; number < Events; number += 3)
        {
            await SendAsync(number, "succeeds", start.AddMinutes(1));
        }

        await DrainAsync(Events + (Events / 3));
        backend.Handler = (_, _, _) => Task.FromResult(Outcome.Succeeded);
        var plan = Assert.IsType<ReplayPlan.Made>(await backend.Get<ReplayPlanner>().PlanAsync(
            new ReplayRequested(ReplayAction.Replay, new ReplayFilter { Function = "probe" }, Force: false, "ann", "the shop is up again"), Cancellation));

        // They failed for good, and on this build.
        Assert.Equal(new Dictionary<string, int> { ["unlikely"] = 8, ["moot"] = 4 }, plan.Job.Value.Verdicts);

        var id = ReplayId.OfRecord(plan.Job.Id);
        await backend.Get<ReplayJobs>().ChangeAsync(id, job => ReplayTransitions.Start(job, ramp: true, null, TimeProvider.System.GetUtcNow()), Cancellation);
        foreach (var stage in (int[])[1, 7])
        {
            await backend.Get<ReplayPump>().AdvanceAsync(Cancellation);
            await DrainAsync(stage);
        }

        await backend.Get<ReplayPump>().AdvanceAsync(Cancellation);
        var ended = (await backend.Get<ReplayJobs>().FindAsync(id, Cancellation))!.Value;
        Assert.Equal((ReplayState.Ended, 8), (ended.State, ended.Sent));
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = 8 }, ended.Outcomes);
        for (var number = 0; number < Events; number++)
        {
            var record = Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(sent[number], Cancellation));
            Assert.Equal(number % 3 == 0 ? (EventStatus.Failed, 0) : (EventStatus.Succeeded, 1), (record.Status, record.History.Count(entry => entry.Job == id.ToString())));
        }
    }

    private async Task<EventId> SendAsync(int product, string body, DateTimeOffset at) => (await backend.Get<EventIntake>().AcceptAsync(
        new Delivery
        {
            Source = "test",
            Account = "account",
            Topic = "probe",
            DeliveryId = Sample.Name("delivery"),
            TriggeredAt = at,
            Entity = new EntityKey("product", $"bulk-{product}"),
            Body = Encoding.UTF8.GetBytes(body),
        },
        Cancellation)).Id;

    private async Task DrainAsync(int events)
    {
        for (var run = 0; run < events;)
        {
            run += await backend.Get<BatchPump>().RunAsync(backend.Get<FunctionRegistry>().Find("probe")!, TimeSpan.FromSeconds(5), Cancellation);
        }
    }
}
