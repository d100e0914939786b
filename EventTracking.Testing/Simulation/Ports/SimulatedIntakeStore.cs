using EventTracking.Core.Intake;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>The intake's store at the other end of a network.</summary>
internal sealed class SimulatedIntakeStore(IIntakeStore store, StoreCalls calls, SimulatedProcess process, Witness witness) : IIntakeStore
{
    public Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken) => events.Count == 0
        ? store.AcceptAsync(events, cancellationToken)
        : calls.AskAsync(
            process,
            $"intake.accept {events[0].Event.Id}+{events.Count}",
            async () => witness.SeeAcceptance(process, events, await store.AcceptAsync(events, cancellationToken)),
            cancellationToken);
}
