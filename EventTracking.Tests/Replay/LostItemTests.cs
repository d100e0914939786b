using EventTracking.Core.Events;
using EventTracking.Core.Functions;
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
