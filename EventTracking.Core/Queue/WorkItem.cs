using System.Diagnostics;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Queue;

/// <summary>A message on a function's queue: the event, and either its payload or where that is archived.</summary>
/// <param name="Event">The event; with it the claim can create a record that is late.</param>
/// <param name="Payload">The payload itself, while it is not archived.</param>
/// <param name="Pointer">Where the payload is archived.</param>
internal sealed record WorkItem(EventMetadata Event, PayloadRecord? Payload, PayloadPointer? Pointer);

/// <summary>A work item that was received and is hidden from others until its visibility time-out.</summary>
/// <param name="Item">The message.</param>
/// <param name="Receipt">Names this receipt to the queue; a later receipt of the same item voids it.</param>
/// <param name="ReceiveCount">How often the item was received, this time included.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Trace">What sent it; the default where that is not known.</param>
internal sealed record ReceivedItem(WorkItem Item, string Receipt, int ReceiveCount, DateTimeOffset SentAt, ActivityContext Trace = default);
