using EventTracking.Core;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Payloads;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Backends;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Functions;

/// <summary>How the events of a batch affect each other.</summary>
public class BatchTests
{
    private static readonly EntityKey Product = new("product", "1008");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Triggers_for_one_entity_share_one_run_of_the_newest()
    {
        var runs = new List<string>();
        await using var engine = new EngineHost(new ProbeFunction((message, _, _) =>
        {
            runs.Add(message);
            return Task.FromResult(Outcome.Succeeded);
        })
        { Trigger = true });
        var ids = await SendThreeAsync(engine);

        await engine.RunAsync();

        Assert.Equal(["third"], runs);
        var records = await Task.WhenAll(ids.Select(engine.FindAsync));
        Assert.Equal([EventStatus.Superseded, EventStatus.Superseded, EventStatus.Succeeded], records.Select(record => record.Status));
        Assert.Contains(ids[2].ToString(), records[0].Attempts[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trigger_that_fails_for_good_does_not_speak_for_the_others()
    {
        var runs = new List<string>();
        await using var engine = new EngineHost(new ProbeFunction((message, _, _) =>
        {
            runs.Add(message);
            return message == "third" ? throw new FunctionException("bad payload", "payload/bad", transient: false) : Task.FromResult(Outcome.Succeeded);
        })
        { Trigger = true });
        var ids = await SendThreeAsync(engine);

        await engine.RunAsync();

        Assert.Equal(["third", "second"], runs);
        var records = await Task.WhenAll(ids.Select(engine.FindAsync));
        Assert.Equal([EventStatus.Superseded, EventStatus.Succeeded, EventStatus.Failed], records.Select(record => record.Status));
    }

    [Fact]
    public async Task A_trigger_that_had_nothing_to_do_does_not_speak_for_the_others()
    {
        var runs = new List<string>();
        await using var engine = new EngineHost(new ProbeFunction((message, _, _) =>
        {
            runs.Add(message);
            return Task.FromResult(message == "third" ? Outcome.Ignored("not mine") : Outcome.Succeeded);
        })
        { Trigger = true });
        var ids = await SendThreeAsync(engine);

        await engine.RunAsync();

        Assert.Equal(["third", "second"], runs);
        var records = await Task.WhenAll(ids.Select(engine.FindAsync));
        Assert.Equal([EventStatus.Superseded, EventStatus.Succeeded, EventStatus.Ignored], records.Select(record => record.Status));
    }

    [Fact]
    public async Task A_fault_of_the_engine_over_one_event_leaves_the_rest_of_the_batch_alone()
    {
        await using var engine = new EngineHost(new ProbeFunction((message, _, _) =>
            Task.FromResult(message == "broken" ? Outcome.WaitFor(KnownEntities.Broken) : Outcome.Succeeded)));
        var broken = await engine.SendAsync("a", "broken");
        var sound = await engine.SendAsync("b", "sound");

        await engine.RunAsync();

        Assert.Equal(EventStatus.Waiting, (await engine.FindAsync(broken)).Status);
        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(sound)).Status);
    }

    [Fact]
    public async Task Events_of_one_entity_never_run_at_once_and_others_do()
    {
        var running = new HashSet<EntityKey?>();
        var overlapped = false;
        var sideBySide = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = new EngineHost(new ProbeFunction(async (_, context, _) =>
        {
            lock (running)
            {
                overlapped |= !running.Add(context.Event.Entity);
                if (running.Count == 2)
                {
                    sideBySide.TrySetResult();
                }
            }

            // The first event to arrive ends only after the other entity's event has arrived too.
            await sideBySide.Task;
            lock (running)
            {
                running.Remove(context.Event.Entity);
            }

            return Outcome.Succeeded;
        }));
        var ids = new List<EventId>();
        foreach (var (delivery, product) in ((string, string)[])[("a", "1"), ("b", "1"), ("c", "1"), ("d", "2")])
        {
            ids.Add(await engine.SendAsync(delivery, entity: new EntityKey("product", product)));
        }

        await engine.RunAsync().WaitAsync(Patience, Cancellation);

        Assert.False(overlapped, "two events of one entity ran at once");
        Assert.All(await Task.WhenAll(ids.Select(engine.FindAsync)), record => Assert.Equal(EventStatus.Succeeded, record.Status));
    }

    [Fact]
    public async Task A_second_message_for_a_finished_event_is_removed_without_a_run()
    {
        var runs = 0;
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) =>
        {
            runs++;
            return Task.FromResult(Outcome.Succeeded);
        }));
        var id = await engine.SendAsync("a");
        await engine.RunAsync();

        await engine.Get<Requeuer>().ResendAsync(await engine.FindAsync(id), Cancellation);
        Assert.Equal(1, await engine.RunAsync());

        Assert.Equal(1, runs);
        Assert.Equal(new QueueDepth(0, 0), await engine.Get<IWorkQueue>().GetDepthAsync("probe", Cancellation));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_archived_is_given_back_whatever_the_reason()
    {
        BrokenArchive? archive = null;
        await using var engine = new EngineHost(services =>
        {
            services.AddSingleton(new RegisteredFunction("probe", new FunctionSettings(), () => new ProbeFunction((_, _, _) => Task.FromResult(Outcome.Succeeded))));
            services.AddRoute("test", "probe", "probe");
            services.AddSingleton<IPayloadArchive>(provider => archive = new BrokenArchive(ActivatorUtilities.CreateInstance<EmbeddedPayloadArchive>(provider)));
        });
        var metadata = Sample.Event(engine.Time.GetUtcNow(), "probe");
        var item = new ReceivedItem(new WorkItem(metadata, Sample.Payload(metadata), null), "receipt", 1, metadata.ReceivedAt);

        Assert.Equal([Disposition.Defer(TimeSpan.FromSeconds(15))], await RunAsync());
        Assert.Null(await engine.Ledger.FindAsync(metadata.Id, Cancellation));

        archive!.IsBroken = false;
        Assert.Equal([Disposition.Acknowledge], await RunAsync());
        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(metadata.Id)).Status);

        Task<IReadOnlyList<Disposition>> RunAsync() =>
            engine.Get<BatchRunner>().RunAsync(engine.Get<FunctionRegistry>().Find("probe")!, [item], Deadline.In(Patience, engine.Time), Cancellation);
    }

    private static async Task<EventId[]> SendThreeAsync(EngineHost engine)
    {
        var ids = new List<EventId>();
        foreach (var body in (string[])["first", "second", "third"])
        {
            ids.Add(await engine.SendAsync(body, body, Product));
            engine.Time.Advance(TimeSpan.FromMilliseconds(5));
        }

        return [.. ids];
    }

    private sealed class BrokenArchive(IPayloadArchive inner) : IPayloadArchive
    {
        public bool IsBroken { get; set; } = true;

        public Task<IReadOnlyList<PayloadPointer>> AppendAsync(IReadOnlyList<PayloadRecord> payloads, CancellationToken cancellationToken) =>
            IsBroken ? throw new InvalidOperationException("the archive fails in an unexpected way") : inner.AppendAsync(payloads, cancellationToken);

        public Task<PayloadRead> ReadAsync(PayloadPointer pointer, CancellationToken cancellationToken) => inner.ReadAsync(pointer, cancellationToken);

        public Task<bool> ExistsAsync(PayloadPointer pointer, CancellationToken cancellationToken) => inner.ExistsAsync(pointer, cancellationToken);
    }
}
