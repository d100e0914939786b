using EventTracking.Core.Events;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>The sweeper's position at the other end of a network.</summary>
internal sealed class SimulatedSweepPosition(ISweepPosition position, StoreCalls calls, SimulatedProcess process) : ISweepPosition
{
    public Task<EventId?> FindAsync(CancellationToken cancellationToken) =>
        calls.AskAsync(process, "sweep.find", () => position.FindAsync(cancellationToken), cancellationToken);

    public Task StoreAsync(EventId? stopped, CancellationToken cancellationToken) => calls.AskAsync(
        process,
        $"sweep.store {stopped}",
        async () =>
        {
            await position.StoreAsync(stopped, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<OldEventsPosition?> FindOldEventsAsync(CancellationToken cancellationToken) =>
        calls.AskAsync(process, "sweep.find-old", () => position.FindOldEventsAsync(cancellationToken), cancellationToken);

    public Task StoreOldEventsAsync(OldEventsPosition old, CancellationToken cancellationToken) => calls.AskAsync(
        process,
        $"sweep.store-old {old.Done:O} {old.Before}",
        async () =>
        {
            await position.StoreOldEventsAsync(old, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<bool> TryBeginSearchAsync(DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        calls.AskAsync(process, "sweep.begin", () => position.TryBeginSearchAsync(now, until, cancellationToken), cancellationToken);
}
