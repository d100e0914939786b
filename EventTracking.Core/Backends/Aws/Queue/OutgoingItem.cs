using System.Diagnostics;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>A work item that fits in a message.</summary>
/// <param name="Item">The item.</param>
/// <param name="Text">Its message, if measuring the item already composed it: such an item has a long body, which should not be compressed twice.</param>
internal readonly record struct OutgoingItem(WorkItem Item, string? Text)
{
    /// <summary>The trace context that its receiver continues; the default for that of its sender.</summary>
    public ActivityContext Trace { get; init; }

    public string Compose() => Text ?? QueueMessage.Write(Item);
}
