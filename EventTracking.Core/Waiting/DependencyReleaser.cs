using EventTracking.Core.Events;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Waiting;

/// <summary>Releases the events that wait for an entity. An import calls it when the entity has arrived.</summary>
public sealed class DependencyReleaser
{
    private readonly WaitingRoom waitingRoom;

    internal DependencyReleaser(WaitingRoom waitingRoom) => this.waitingRoom = waitingRoom;

    /// <summary>Queues all events that wait for the entity, oldest first, and returns how many it released.</summary>
    /// <param name="dependency">The entity that has arrived.</param>
    /// <param name="by">The id of the event that imported the entity, or the part of the engine that noticed the arrival.</param>
    /// <param name="cancellationToken">Cancels the call; the sweeper releases the remaining events.</param>
    /// <exception cref="StoreUnavailableException">A store did not respond; the sweeper releases the remaining events.</exception>
    public Task<int> ReleaseAsync(EntityKey dependency, string by, CancellationToken cancellationToken) => ReleaseAsync(dependency, by, ReleaseReason.Of(dependency), cancellationToken);

    internal Task<int> ReleaseAsync(EntityKey dependency, string by, string reason, CancellationToken cancellationToken) => waitingRoom.ReleaseAllAsync(dependency, by, reason, cancellationToken);
}
