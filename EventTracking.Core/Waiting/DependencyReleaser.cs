using EventTracking.Core.Events;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Waiting;

/// <summary>Releases the events that wait for an entity. An import calls it when the entity has arrived.</summary>
public sealed class DependencyReleaser
{
    private const int PageSize = 200;

    private readonly IEventLedger ledger;
    private readonly WaitingRoom waitingRoom;

    internal DependencyReleaser(IEventLedger ledger, WaitingRoom waitingRoom)
    {
        this.ledger = ledger;
        this.waitingRoom = waitingRoom;
    }

    /// <summary>Queues all events that wait for the entity, oldest first, and returns how many it released.</summary>
    /// <param name="dependency">The entity that has arrived.</param>
    /// <param name="by">The id of the event that imported the entity, or the part of the engine that noticed the arrival.</param>
    /// <param name="cancellationToken">Cancels the call; the sweeper releases the remaining events.</param>
    /// <exception cref="StoreUnavailableException">A store did not respond; the sweeper releases the remaining events.</exception>
    public Task<int> ReleaseAsync(EntityKey dependency, string by, CancellationToken cancellationToken) => ReleaseAsync(dependency, by, ReleaseReason.Of(dependency), cancellationToken);

    internal async Task<int> ReleaseAsync(EntityKey dependency, string by, string reason, CancellationToken cancellationToken)
    {
        var released = 0;
        EventId? after = null;
        while (true)
        {
            var page = await ledger.ListWaitingAsync(dependency, after, PageSize, cancellationToken);
            if (page.Count == 0)
            {
                return released;
            }

            // The cursor advances even if nothing was released, so the loop ends at the last id.
            released += await waitingRoom.ReleaseAsync(page, dependency, by, reason, cancellationToken);
            after = page[^1];
        }
    }
}
