using EventTracking.Core.Events;
using EventTracking.Core.Intake;

namespace EventTracking.Core.Processing;

/// <summary>The result of an attempt before it is recorded.</summary>
/// <param name="Event">The event.</param>
/// <param name="Completion">The completion that the ledger records.</param>
internal sealed record AttemptResult(EventMetadata Event, Completion Completion)
{
    /// <summary>The import to request if the event waits. Its id is among the completion's effects.</summary>
    public Delivery? Import { get; init; }
}
