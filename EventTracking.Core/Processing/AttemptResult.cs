using EventTracking.Core.Events;
using EventTracking.Core.Intake;

namespace EventTracking.Core.Processing;

/// <summary>What an attempt came to, before it is recorded.</summary>
/// <param name="Event">The event.</param>
/// <param name="Completion">What the ledger is to record.</param>
internal sealed record AttemptResult(EventMetadata Event, Completion Completion)
{
    /// <summary>The import to request, where the event waits. Its id is among the completion's effects.</summary>
    public Delivery? Import { get; init; }
}
