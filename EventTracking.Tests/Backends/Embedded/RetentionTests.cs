using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class RetentionTests : IAsyncLifetime
{
    private readonly EmbeddedBackend backend = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => backend.InitializeAsync();

    public ValueTask DisposeAsync() => backend.DisposeAsync();

    [Fact]
    public async Task Payloads_go_first_then_records_of_final_events_and_the_rest_stays()
    {
        var final = await AcceptAsync();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(final, backend.Now), Cancellation));
        await backend.Ledger.CompleteAsync(new Completion(final.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Succeeded, backend.Now), null, []), Cancellation);
        var open = await AcceptAsync();

        await backend.PassAsync(TimeSpan.FromDays(365));
        Assert.Equal((0, 0), await backend.Retention.DeleteExpiredAsync(Cancellation));
        await backend.PassAsync(TimeSpan.FromDays(1));
        Assert.Equal((0, 1), await backend.Retention.DeleteExpiredAsync(Cancellation));
        Assert.IsType<PayloadRead.Deleted>(await backend.Archive.ReadAsync(claimed.Record.Payload!, Cancellation));
        Assert.NotNull(await backend.Ledger.FindAsync(final.Id, Cancellation));

        await backend.PassAsync(TimeSpan.FromDays(35));
        var young = await AcceptAsync();
        Assert.Equal((1, 0), await backend.Retention.DeleteExpiredAsync(Cancellation));
        Assert.Null(await backend.Ledger.FindAsync(final.Id, Cancellation));
        Assert.NotNull(await backend.Ledger.FindAsync(open.Id, Cancellation));
        Assert.NotNull(await backend.Ledger.FindAsync(young.Id, Cancellation));
    }

    private async Task<EventMetadata> AcceptAsync()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);
        return metadata;
    }
}
