using EventTracking.Core.Activities;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>The counts of what functions did at the other end of a network.</summary>
internal sealed class SimulatedActivityStore(IActivityStore store, StoreCalls calls, SimulatedProcess process) : IActivityStore
{
    public Task AddAsync(string function, DateTimeOffset slot, IReadOnlyDictionary<string, long> amounts, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"activity.add {function}", () => AddedAsync(function, slot, amounts, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ActivitySlot>> ListAsync(string function, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"activity.list {function}", () => store.ListAsync(function, from, to, cancellationToken), cancellationToken);

    private async Task<bool> AddedAsync(string function, DateTimeOffset slot, IReadOnlyDictionary<string, long> amounts, CancellationToken cancellationToken)
    {
        await store.AddAsync(function, slot, amounts, cancellationToken);
        return true;
    }
}
