using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>A work item that fits in a message.</summary>
/// <param name="Item">The item.</param>
/// <param name="Text">Its message, if measuring the item already composed it: such an item has a long body, which should not be compressed twice.</param>
internal readonly record struct OutgoingItem(WorkItem Item, string? Text)
{
    public string Compose() => Text ?? QueueMessage.Write(Item);
}
