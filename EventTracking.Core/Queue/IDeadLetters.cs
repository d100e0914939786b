using EventTracking.Core.Resilience;

namespace EventTracking.Core.Queue;

/// <summary>
/// Items that were received too often, for the sweeper to end their events. A queue that fails the event in the commit that
/// buries the item has none to give. Both methods throw <see cref="StoreUnavailableException"/> when the queue did not answer.
/// </summary>
internal interface IDeadLetters
{
    /// <summary>
    /// Takes up to <paramref name="limit"/> of a function's and hides them for <paramref name="visibility"/>. Messages of others
    /// are hidden too, told in the log and left where they are.
    /// </summary>
    Task<DeadLetters> ReceiveAsync(string function, int limit, TimeSpan visibility, CancellationToken cancellationToken);

    /// <summary>Removes for good those whose events have ended.</summary>
    Task RemoveAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken);
}

/// <summary>Dead letters of a function.</summary>
/// <param name="Items">Those that are the product's own.</param>
/// <param name="More">Whether there may be more.</param>
internal sealed record DeadLetters(IReadOnlyList<ReceivedItem> Items, bool More);
