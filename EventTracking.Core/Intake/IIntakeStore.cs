using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Intake;

/// <summary>
/// Makes new events durable: both the ledger record and the work item. This is one operation instead of two calls, because the
/// embedded backend does it in a single commit together with the payload, while AWS writes to two services in parallel.
/// </summary>
internal interface IIntakeStore
{
    /// <summary>
    /// Stores each event that is not known yet and puts it on its function's queue; both are durable when the call returns.
    /// A known event does not change, except that a store may put it on its queue once more; its claim then finds nothing to run.
    /// Results come in the order of the events. An id that appears twice in one call is created once.
    /// </summary>
    /// <exception cref="StoreUnavailableException">At least one event is not guaranteed to be durable; the whole call may be repeated.</exception>
    Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken);

    /// <summary>Checks that there is room for another event; a store without a size limit always has room. It stores nothing.</summary>
    /// <exception cref="StoreUnavailableException">There is no room for another event.</exception>
    Task EnsureRoomAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>An event to store, with its payload.</summary>
internal readonly record struct NewEvent(EventMetadata Event, PayloadRecord Payload);

/// <summary>The result of storing a new event.</summary>
/// <param name="Created">False if the event was already known.</param>
/// <param name="Status">The event's current status.</param>
internal readonly record struct Acceptance(bool Created, EventStatus Status);
