using System.Diagnostics;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Queue;

/// <summary>A message on a function's queue: the event, and either its payload or a pointer to the archived payload.</summary>
/// <param name="Event">The event. The claim uses it to create a record that intake has not written yet.</param>
/// <param name="Payload">The payload itself, as long as it is not archived.</param>
/// <param name="Pointer">Where the payload is archived.</param>
internal sealed record WorkItem(EventMetadata Event, PayloadRecord? Payload, PayloadPointer? Pointer)
{
    /// <summary>How often the event had been replayed or released when the item was sent; null if an earlier version sent it.</summary>
    public int? Replays { get; init; }
}

/// <summary>A received work item, hidden from other consumers until its visibility time-out.</summary>
/// <param name="Item">The message.</param>
/// <param name="Receipt">Identifies this receive to the queue. It becomes invalid when the item is received again.</param>
/// <param name="ReceiveCount">How often the item was received, including this time.</param>
/// <param name="SentAt">When the item was sent.</param>
/// <param name="Trace">The trace context of the sender; the default if it is not known.</param>
internal sealed record ReceivedItem(WorkItem Item, string Receipt, int ReceiveCount, DateTimeOffset SentAt, ActivityContext Trace = default)
{
    /// <summary>The message as it was received, in which it is sent anew: it may have members that this version does not know. Null if the queue has none.</summary>
    public string? Message { get; init; }
}
