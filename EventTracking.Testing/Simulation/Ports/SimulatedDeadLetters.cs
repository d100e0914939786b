using EventTracking.Core.Queue;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>The dead letters at the other end of a network.</summary>
internal sealed class SimulatedDeadLetters(IDeadLetters deadLetters, StoreCalls calls, SimulatedProcess process) : IDeadLetters
{
    public Task<DeadLetters> ReceiveAsync(string function, int limit, TimeSpan visibility, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"dead-letters.receive {function}", () => deadLetters.ReceiveAsync(function, limit, visibility, cancellationToken), cancellationToken);

    public Task RemoveAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => calls.AskAsync(
        process,
        $"dead-letters.remove +{items.Count}",
        async () =>
        {
            await deadLetters.RemoveAsync(items, cancellationToken);
            return true;
        },
        cancellationToken);
}
