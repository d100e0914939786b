using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Rules.Functions;

namespace EventTracking.Tests.Rules.Backends;

/// <summary>Records that are put into the embedded ledger as they are, whatever leads to such a state.</summary>
internal static class StoredEvents
{
    /// <summary>Stores the record as it was at a time, which is also that of its id, without a work item.</summary>
    public static Task<EventId> StoreAsync(this Engine engine, DateTimeOffset time, EventRecord record) =>
        engine.StoreAsync(EventId.FirstAt(time), record with { UpdatedAt = time });

    /// <summary>Stores the record under an id, without a work item.</summary>
    public static async Task<EventId> StoreAsync(this Engine engine, EventId id, EventRecord record)
    {
        await engine.Get<EmbeddedStore>().WriteAsync(
            scope =>
            {
                var metadata = record.Event with { Id = id };
                var row = LedgerTable.TryInsert(scope.Database, metadata, null)!.Value;
                LedgerTable.UpdateWithHistory(scope.Database, new StoredEvent(row, record with { Event = metadata }, Requeued: false));
                return true;
            },
            TestContext.Current.CancellationToken);
        return id;
    }

    /// <summary>An engine whose function is never run.</summary>
    public static Engine Idle() => new(new ProbeFunction((_, _) => throw new InvalidOperationException("It must not run.")));

    public static EventRecord Of(EventStatus status) => Given.Record(status) with
    {
        WaitingOn = status == EventStatus.Waiting ? Given.Product : null,
        Attempts = [Given.Ended(1, status, status is EventStatus.Failed or EventStatus.Retrying ? Given.Failure() : null)],
    };
}
