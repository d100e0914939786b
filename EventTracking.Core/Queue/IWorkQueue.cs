using EventTracking.Core.Resilience;

namespace EventTracking.Core.Queue;

/// <summary>
/// One standard queue per function, each with a dead-letter queue. Delivery is at least once, in no guaranteed order.
/// All methods throw <see cref="StoreUnavailableException"/> if the queue does not respond.
/// </summary>
internal interface IWorkQueue
{
    /// <summary>
    /// An item becomes a dead letter after this many receives. The number is far above the attempts that the retry rules allow, so
    /// only items that could not even be tracked become dead letters. The item's event then fails, unless it is final, waits or has
    /// another item; a replay sends it again. The embedded queue fails the event in the same commit; on other queues the sweeper
    /// takes the item from <see cref="IDeadLetters"/> and fails its event.
    /// </summary>
    const int ReceivesBeforeDeadLetter = 50;

    /// <summary>A queue that cannot undo a receive replaces an item that only waits (<see cref="Deferral.Waits"/>) by a new one after this many receives.</summary>
    const int ReceivesBeforeSentAnew = ReceivesBeforeDeadLetter / 2;

    /// <summary>Makes each item durable on the queue of its event's function. It becomes visible after the delay, which SQS limits to 15 minutes.</summary>
    Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>
    /// Receives up to <paramref name="limit"/> visible items and hides them for <paramref name="visibility"/>. It waits up to
    /// <paramref name="wait"/> for the first item.
    /// </summary>
    Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Hides received items for this long from now, while their function runs. Receipts that are no longer valid are skipped.</summary>
    Task ExtendAsync(IReadOnlyList<ReceivedItem> items, TimeSpan visibility, CancellationToken cancellationToken);

    /// <summary>Deletes items. Receipts that are no longer valid are skipped.</summary>
    Task AcknowledgeAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken);

    /// <summary>
    /// Returns items to the queue; each becomes visible again after its delay. Receipts that are no longer valid are skipped. An
    /// item that only waits (<see cref="Deferral.Waits"/>) never becomes a dead letter, however often it is returned.
    /// </summary>
    Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken);

    /// <summary>Counts the items that are waiting or in flight, and the dead letters.</summary>
    Task<QueueDepth> GetDepthAsync(string function, CancellationToken cancellationToken);
}

/// <summary>How full a queue is.</summary>
internal sealed record QueueDepth(long Items, long DeadLetters);

/// <summary>An item to return to the queue, and the delay before it becomes visible again.</summary>
internal readonly record struct Deferral(ReceivedItem Item, TimeSpan Delay)
{
    /// <summary>Whether the item only waits for its turn, e.g. for a limit that others use up. Nothing is wrong with it, so the receive does not count.</summary>
    public bool Waits { get; init; }
}
