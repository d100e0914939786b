using EventTracking.Core.Replay;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>The plans of bulk replays at the other end of a network.</summary>
internal sealed class SimulatedPlanStore(IPlanStore plans, StoreCalls calls, SimulatedProcess process) : IPlanStore
{
    public Task<bool> TryWriteAsync(ReplayId id, ReadOnlyMemory<byte> plan, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"plans.write {id}", () => plans.TryWriteAsync(id, plan, cancellationToken), cancellationToken);

    public Task<ReadOnlyMemory<byte>?> FindAsync(ReplayId id, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"plans.find {id}", () => plans.FindAsync(id, cancellationToken), cancellationToken);
}
