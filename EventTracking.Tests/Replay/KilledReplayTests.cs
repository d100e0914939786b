using System.Text;
using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Queue;
using EventTracking.Core.Records;
using EventTracking.Core.Replay;
using EventTracking.Testing;
using EventTracking.Testing.Files;
using EventTracking.Testing.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Replay;

/// <summary>A process that works on a bulk replay dies at any of its calls, and the next goes on.</summary>
public sealed class KilledReplayTests
{
    private const int Events = 40;

    /// <summary>Longer than the sweeper leaves an event alone whose item may still be sent.</summary>
    private static readonly TimeSpan BetweenLives = TimeSpan.FromMinutes(6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Killed_at_random_moments_it_sends_no_event_twice_and_forgets_none(int seed)
    {
        const int deathsPerSeed = 10;
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
        var (broken, deaths) = (true, 0);
        List<EventId> sent = [];
        var id = default(ReplayId);
        await using (var first = Live(folder, time, death: null, () => broken))
        {
            for (var number = 0; number < Events; number++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                sent.Add(await first.SendAsync(Delivery(number, time.GetUtcNow()), Cancellation));
            }

            while (await first.RunBatchAsync("probe", Cancellation) > 0)
            {
            }

            var plan = Assert.IsType<ReplayPlan.Made>(await first.Get<ReplayPlanner>().PlanAsync(new ReplayRequested(ReplayAction.Replay, new ReplayFilter { Function = "probe" }, false, "ann", null), Cancellation));
            Assert.Equal(Events, plan.Job.Value.Planned);
            id = ReplayId.OfRecord(plan.Job.Id);
            await first.Get<ReplayJobs>().ChangeAsync(id, job => ReplayTransitions.Start(job, ramp: true, null, time.GetUtcNow()), Cancellation);
        }

        broken = false;
        for (var life = 0; life < deathsPerSeed; life++)
        {
            time.Advance(BetweenLives);
            await using var engine = Live(folder, time, new Death(random.Next(1, 40), random.Next(2) == 0), () => broken);
            try
            {
                await engine.RunToRestAsync(Cancellation);
            }
            catch (Exception exception) when (Causes(exception).Any(cause => cause is ProcessDiedException))
            {
                deaths++;
            }
        }

        time.Advance(BetweenLives);
        await using var last = Live(folder, time, death: null, () => broken);
        await last.RunToRestAsync(Cancellation);
        time.Advance(BetweenLives);
        await last.RunToRestAsync(Cancellation);

        var job = (await last.Get<ReplayJobs>().FindAsync(id, Cancellation))!.Value;
        Assert.Equal((ReplayState.Ended, Events, 0), (job.State, job.Sent, job.Skipped));
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = Events }, job.Outcomes);
        foreach (var eventId in sent)
        {
            var record = await last.FindAsync(eventId, Cancellation);
            Assert.Equal(EventStatus.Succeeded, record.Status);
            Assert.Equal(id.ToString(), Assert.Single(record.History).Job);
        }

        Assert.True(deaths > 0, "No process died, so nothing was tested.");
    }

    private static FunctionHarness Live(TemporaryFolder folder, FakeTimeProvider time, Death? death, Func<bool> isBroken) => new(
        (services, _) =>
        {
            services.AddSingleton(new RegisteredFunction("probe", new FunctionSettings { BatchSize = 20 }, () => new ProbeFunction((_, _) =>
                isBroken() ? throw new FunctionException("down", "shop/down", transient: false) : Task.FromResult(Outcome.Succeeded))));
            services.AddRoute("test", "probe", "probe");
            if (death is not null)
            {
                Kill<IEventLedger>(services, death);
                Kill<IRecordStore>(services, death);
                Kill<IWorkQueue>(services, death);
                Kill<IPlanStore>(services, death);
            }
        },
        new FunctionHarnessOptions { Folder = folder, Time = time });

    private static void Kill<T>(IServiceCollection services, Death death)
        where T : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton(inner.ImplementationType!);
        services.AddSingleton(provider => Mortal<T>.Of((T)provider.GetRequiredService(inner.ImplementationType!), death));
    }

    private static IEnumerable<Exception> Causes(Exception exception) =>
        exception is AggregateException several ? several.InnerExceptions.SelectMany(Causes) : exception.InnerException is { } inner ? Causes(inner).Prepend(exception) : [exception];

    private static Delivery Delivery(int number, DateTimeOffset now) => new()
    {
        Source = "test",
        Account = "account",
        Topic = "probe",
        DeliveryId = $"{number}",
        TriggeredAt = now,
        Body = Encoding.UTF8.GetBytes($"{number}"),
    };
}
