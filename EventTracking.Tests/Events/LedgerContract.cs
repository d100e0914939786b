using EventTracking.Core.Events;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Events;

/// <summary>A ledger, and the calls that bring an event to where a test begins.</summary>
public abstract class LedgerContract(BackendFixture backend)
{
    private protected BackendFixture Backend => backend;

    private protected IEventLedger Ledger => backend.Ledger;

    protected DateTimeOffset Now => backend.Now;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected async Task<EventRecord> FindAsync(EventId id) => Assert.IsType<EventRecord>(await Ledger.FindAsync(id, Cancellation));

    private protected async Task<EventRecord> ClaimAsync(EventMetadata metadata) =>
        Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(Sample.Claim(metadata, Now), Cancellation)).Record;

    private protected async Task CompleteAsync(EventMetadata metadata, EventStatus status, Failure? failure = null, EntityKey? waitingOn = null)
    {
        var claimed = await ClaimAsync(metadata);
        Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], status, Now, failure), waitingOn, []), Cancellation));
    }

    private protected Task<TransitionResult> RequeueAsync(EventId id, EntityKey? waitingOn, params EventStatus[] from) =>
        Ledger.RequeueAsync(new Requeue(id, from, waitingOn, new HistoryEntry(HistoryEntryKind.Release, "sweeper", Now, null, 0)), Cancellation);
}
