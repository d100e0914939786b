using EventTracking.Core.Events;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Waiting;

/// <summary>Releases events that wait for an entity: an import calls it when the entity has arrived.</summary>
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

    /// <summary>Sends all events that wait for the entity to their functions again, oldest first; returns how many.</summary>
    /// <param name="dependency">What has arrived.</param>
    /// <param name="by">The event that brought it, or the part of the engine that noticed.</param>
    /// <param name="cancellationToken">Ends the call; what was not released yet is left to the sweeper.</param>
    /// <exception cref="StoreUnavailableException">The rest is left to the sweeper.</exception>
    public async Task<int> ReleaseAsync(EntityKey dependency, string by, CancellationToken cancellationToken)
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

            // The cursor moves even where nothing was released, so the loop ends with the last id.
            released += await waitingRoom.ReleaseAsync(page, dependency, by, cancellationToken);
            after = page[^1];
        }
    }
}
