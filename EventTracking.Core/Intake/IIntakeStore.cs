using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Intake;

/// <summary>
/// Makes new events durable: the ledger record and the work item, both. This is one verb, not two calls, since the
/// embedded backend does it in a single commit together with the payload, while AWS writes to two services at once.
/// </summary>
internal interface IIntakeStore
{
    /// <summary>
    /// Stores each event that is not known yet and puts it on its function's queue; both are durable when it returns.
    /// For a known event nothing changes, except that a store may put it on its queue once more; the claim settles that.
    /// Results come in the order of the events. The same id twice in one call is created once.
    /// </summary>
    /// <exception cref="StoreUnavailableException">At least one event was not promised; all may be repeated.</exception>
    Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken);

    /// <summary>Returns where there is room for one more event, which a store without bounds always has. Stores nothing.</summary>
    /// <exception cref="StoreUnavailableException">There is none.</exception>
    Task EnsureRoomAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>An event that is about to be tracked.</summary>
internal sealed record NewEvent(EventMetadata Event, PayloadRecord Payload);

/// <summary>What became of it.</summary>
/// <param name="Created">False for one that was known.</param>
/// <param name="Status">Its status now.</param>
internal readonly record struct Acceptance(bool Created, EventStatus Status);
