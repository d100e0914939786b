using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>A work item that is small enough for a message.</summary>
/// <param name="Item">The item.</param>
/// <param name="Text">Its message, where that was composed already to learn its size: it has a long body, which is not compressed twice.</param>
internal readonly record struct OutgoingItem(WorkItem Item, string? Text)
{
    public string Compose() => Text ?? QueueMessage.Write(Item);
}
