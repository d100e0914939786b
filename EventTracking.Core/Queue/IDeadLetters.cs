using EventTracking.Core.Resilience;

namespace EventTracking.Core.Queue;

/// <summary>
/// Items that were received too often. The sweeper fails their events. A queue that fails the event in the same commit that
/// dead-letters the item never returns any. Both methods throw <see cref="StoreUnavailableException"/> if the queue does not respond.
/// </summary>
internal interface IDeadLetters
{
    /// <summary>
    /// Receives up to <paramref name="limit"/> dead letters of a function and hides them for <paramref name="visibility"/>. Messages
    /// that EventTracking did not send are hidden too, logged, and left in the queue.
    /// </summary>
    Task<DeadLetters> ReceiveAsync(string function, int limit, TimeSpan visibility, CancellationToken cancellationToken);

    /// <summary>Deletes dead letters whose events have ended.</summary>
    Task RemoveAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken);
}

/// <summary>Dead letters of a function.</summary>
/// <param name="Items">The dead letters that EventTracking sent.</param>
/// <param name="More">Whether the queue may hold more.</param>
internal sealed record DeadLetters(IReadOnlyList<ReceivedItem> Items, bool More);
