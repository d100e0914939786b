using EventTracking.Core.Events;
using EventTracking.Tests.Queue;

namespace EventTracking.Tests.Backends.Embedded;

/// <summary>What a start releases of the items that a killed process had received.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Hidden = TimeSpan.FromHours(1);

    private readonly EmbeddedBackend backend = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => backend.InitializeAsync();

    public ValueTask DisposeAsync() => backend.DisposeAsync();

    [Fact]
    public async Task An_event_that_was_being_processed_runs_again_at_once()
    {
        var metadata = await AcceptAsync();
        await backend.Queue.ReceiveAsync(metadata.Function, 1, Hidden, TimeSpan.Zero, Cancellation);
        Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation));

        await backend.ReopenAsync();

        Assert.Single(await backend.Queue.ReceiveAsync(metadata.Function, 1, Hidden, TimeSpan.Zero, Cancellation));
        var again = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation));
        Assert.Equal([1, 2], again.Record.Attempts.Select(attempt => attempt.Number));
        Assert.Null(again.Record.Attempts[0].EndedAt);
    }

    [Fact]
    public async Task An_item_that_waits_for_its_retry_keeps_waiting()
    {
        var metadata = await AcceptAsync();
        var received = await backend.Queue.ReceiveAsync(metadata.Function, 1, Hidden, TimeSpan.Zero, Cancellation);
        await backend.Queue.DeferAsync(received[0], TimeSpan.FromMinutes(10), Cancellation);

        await backend.ReopenAsync();

        Assert.Empty(await backend.Queue.ReceiveAsync(metadata.Function, 1, Hidden, TimeSpan.Zero, Cancellation));
        await backend.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Single(await backend.Queue.ReceiveAsync(metadata.Function, 1, Hidden, TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task An_event_that_was_set_back_but_never_sent_is_sent()
    {
        var metadata = await AcceptAsync();
        var received = await backend.Queue.ReceiveAsync(metadata.Function, 1, Hidden, TimeSpan.Zero, Cancellation);
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation));
        await backend.Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Failed, backend.Now, Sample.Failure()), null, []), Cancellation);
        await backend.Queue.AcknowledgeAsync(received, Cancellation);
        await backend.Ledger.RequeueAsync(new Requeue(metadata.Id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", backend.Now, null, 0)), Cancellation);

        await backend.ReopenAsync();
        await backend.ReopenAsync();

        Assert.Single(await backend.Queue.ReceiveAsync(metadata.Function, 10, Hidden, TimeSpan.Zero, Cancellation));
    }

    private async Task<EventMetadata> AcceptAsync()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);
        return metadata;
    }
}
