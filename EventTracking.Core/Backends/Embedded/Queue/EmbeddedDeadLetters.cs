using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Embedded.Queue;

/// <summary>Always empty: the commit that dead-letters an item also fails its event.</summary>
internal sealed class EmbeddedDeadLetters : IDeadLetters
{
    public Task<DeadLetters> ReceiveAsync(string function, int limit, TimeSpan visibility, CancellationToken cancellationToken) =>
        Task.FromResult(new DeadLetters([], More: false));

    public Task RemoveAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => Task.CompletedTask;
}
