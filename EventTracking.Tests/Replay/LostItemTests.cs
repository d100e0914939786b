using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Queue;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Backends;
using EventTracking.Tests.Functions;

namespace EventTracking.Tests.Replay;

/// <summary>Events in flight without an item on any queue.</summary>
public sealed class LostItemTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_whose_item_is_lost_is_sent_again_with_the_pointer_to_its_payload()
    {
        await using var engine = Start();
        await engine.SendAsync("lost");
        var queue = engine.Get<IWorkQueue>();
        await queue.AcknowledgeAsync(await queue.ReceiveAsync("probe", 10, Long, TimeSpan.Zero, Cancellation), Cancellation);

        engine.Time.Advance(Long);
        var swept = await engine.Get<Sweeper>().SweepInFlightAsync(Cancellation);

        Assert.Equal(1, swept.Resent);
        var sent = Assert.Single(await queue.ReceiveAsync("probe", 10, Long, TimeSpan.Zero, Cancellation)).Item;
        Assert.Null(sent.Payload);
        Assert.NotNull(sent.Pointer);
    }

    // A source whose delivery was a month or seven hours late, and one whose clock is nearly a day ahead.
    [Theory]
    [InlineData(-30 * 24)]
    [InlineData(-7)]
    [InlineData(23)]
    public async Task An_event_is_found_and_sent_again_whatever_time_its_id_has(int hours)
    {
        await using var engine = Start();
        var now = engine.Time.GetUtcNow();
        var queue = engine.Get<IWorkQueue>();
        List<EventId> ids = [];
        foreach (var name in (string[])["queued", "processing", "retrying"])
        {
            // An event that another one caused keeps its time, however implausible.
            var delivery = engine.Delivery(name) with { TriggeredAt = now.AddHours(hours), CausationId = Sample.Id(now) };
            var id = (await engine.Get<EventIntake>().AcceptAsync(delivery, Cancellation)).Id;
            var item = Assert.Single(await queue.ReceiveAsync("probe", 10, Long, TimeSpan.Zero, Cancellation));
            if (name != "queued")
            {
                var claimed = Assert.IsType<ClaimResult.Claimed>(await engine.Ledger.ClaimAsync(new Claim(item.Item.Event, null, now, now), Cancellation)).Record;
                var completion = new Completion(id, Sample.End(claimed.Attempts[^1], EventStatus.Retrying, now, Sample.Failure()), null, []) { RetryAt = now };
                Assert.True(name == "processing" || await engine.Ledger.CompleteAsync(completion, Cancellation));
            }

            await queue.AcknowledgeAsync([item], Cancellation);
            Assert.Equal(hours, (int)(id.Time - now).TotalHours);
            ids.Add(id);
        }

        engine.Time.Advance(3 * Long);
        Assert.Equal(3, (await engine.Get<Sweeper>().SweepInFlightAsync(Cancellation)).Resent);
        Assert.Equal(3, await engine.RunAsync());

        Assert.All(await Task.WhenAll(ids.Select(engine.FindAsync)), record => Assert.Equal(EventStatus.Succeeded, record.Status));
    }

    // Set back, taken or deferred by a host whose clock was two hours ahead.
    [Fact]
    public async Task What_a_clock_that_was_ahead_wrote_is_found_all_the_same()
    {
        await using var engine = Start();
        var (now, ahead) = (engine.Time.GetUtcNow(), engine.Time.GetUtcNow().AddHours(2));
        var queue = engine.Get<IWorkQueue>();
        foreach (var name in (string[])["processing", "requeued"])
        {
            var id = await engine.SendAsync(name);
            var item = Assert.Single(await queue.ReceiveAsync("probe", 10, Long, TimeSpan.Zero, Cancellation));
            var claimed = Assert.IsType<ClaimResult.Claimed>(await engine.Ledger.ClaimAsync(new Claim(item.Item.Event, null, ahead, ahead.AddMinutes(1)), Cancellation)).Record;
            await queue.AcknowledgeAsync([item], Cancellation);
            if (name == "requeued")
            {
                await engine.Ledger.CompleteAsync(new Completion(id, Sample.End(claimed.Attempts[^1], EventStatus.Failed, ahead, Sample.Failure()), null, []), Cancellation);
                await engine.Ledger.RequeueAsync(new Requeue(id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", ahead, null, 0)), Cancellation);
            }
        }

        Assert.Equal(1, (await engine.Get<Sweeper>().SweepAsync(Cancellation)).Resent);
        Assert.Equal(2, (await engine.Get<Sweeper>().SweepInFlightAsync(Cancellation)).Resent);
    }

    // No host has run for ten days, or the queue has been longer than that.
    [Fact]
    public async Task An_event_whose_first_item_is_lost_is_found_whatever_its_age()
    {
        await using var engine = Start();
        var begun = engine.Time.GetUtcNow().AddHours(-7);
        await engine.Get<ISweepPosition>().StoreOldEventsAsync(new OldEventsPosition(begun, begun, null), Cancellation);
        var id = await engine.SendAsync("lost");
        var queue = engine.Get<IWorkQueue>();
        await queue.AcknowledgeAsync(await queue.ReceiveAsync("probe", 10, Long, TimeSpan.Zero, Cancellation), Cancellation);

        engine.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal(1, (await engine.Get<Sweeper>().SweepInFlightAsync(Cancellation)).Resent);

        Assert.Equal(1, await engine.RunAsync());
        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(id)).Status);
    }

    [Fact]
    public async Task Old_events_are_looked_through_to_the_present_in_bounded_steps_and_once()
    {
        await using var engine = Start();
        List<EventId> ids = [];
        for (var day = 0; day < 45; day++)
        {
            ids.Add(await engine.SendAsync($"old {day}"));
            engine.Time.Advance(TimeSpan.FromDays(1));
        }

        var sweep = engine.Get<OldEventSweep>();
        List<int> marked = [];
        for (var run = 0; run < 30; run++)
        {
            marked.Add(await sweep.RunAsync(Cancellation));
        }

        Assert.InRange(marked.Max(), 1, 21);
        Assert.Equal(45, marked.Sum());
        Assert.Equal(0, marked[^1]);
        Assert.Equal(ids, (await engine.Ledger.ListLateAsync(null, 100, Cancellation)).Select(summary => summary.Event.Id));
    }

    [Fact]
    public async Task An_event_whose_payload_nobody_but_its_item_has_is_not_sent_again()
    {
        await using var engine = Start();
        await engine.Ledger.ClaimAsync(Sample.Claim(Sample.Event(engine.Time.GetUtcNow(), "probe"), engine.Time.GetUtcNow()), Cancellation);

        engine.Time.Advance(Long);

        Assert.Equal(0, (await engine.Get<Sweeper>().SweepInFlightAsync(Cancellation)).Resent);
        Assert.Equal(new QueueDepth(0, 0), await engine.Get<IWorkQueue>().GetDepthAsync("probe", Cancellation));
    }

    private static EngineHost Start() => new(new ProbeFunction((_, _, _) => Task.FromResult(Outcome.Succeeded)));
}
