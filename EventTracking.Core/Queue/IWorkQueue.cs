using EventTracking.Core.Resilience;

namespace EventTracking.Core.Queue;

/// <summary>
/// One standard queue a function, each with dead letters: at least once, in no promised order.
/// All methods throw <see cref="StoreUnavailableException"/> when the queue did not answer.
/// </summary>
internal interface IWorkQueue
{
    /// <summary>Receipts after which an item becomes a dead letter: far above the attempts of the retry rules, so only what could not even be tracked ends there. Its event fails, unless it is final, waits or has another item, and a replay sends it again: the embedded queue does that in the same commit, elsewhere the sweeper takes it from <see cref="IDeadLetters"/>.</summary>
    const int ReceivesBeforeDeadLetter = 50;

    /// <summary>Makes the items durable, each on the queue of its event's function, visible after the delay, which SQS cuts to 15 minutes.</summary>
    Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>
    /// Takes up to <paramref name="limit"/> visible items and hides them for <paramref name="visibility"/>; waits up to
    /// <paramref name="wait"/> for the first one.
    /// </summary>
    Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Hides received items for this long from now on, while their function runs. A receipt that is void by now is skipped.</summary>
    Task ExtendAsync(IReadOnlyList<ReceivedItem> items, TimeSpan visibility, CancellationToken cancellationToken);

    /// <summary>Removes items for good. A receipt that is void by now is skipped.</summary>
    Task AcknowledgeAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken);

    /// <summary>Gives items back: each is visible again after its delay. A receipt that is void by now is skipped.</summary>
    Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken);

    /// <summary>Items waiting or in flight, and dead letters.</summary>
    Task<QueueDepth> GetDepthAsync(string function, CancellationToken cancellationToken);
}

/// <summary>How full a queue is.</summary>
internal sealed record QueueDepth(long Items, long DeadLetters);

/// <summary>An item that is given back, and when it is to be visible again.</summary>
internal readonly record struct Deferral(ReceivedItem Item, TimeSpan Delay);
