using EventTracking.Core.Events;
using EventTracking.Core.Functions;

namespace EventTracking.Core.Waiting;

/// <summary>Automatic replay: sends again all that waited for an entity, oldest first, once it has arrived.</summary>
internal sealed class DependencyReleaser(IEventLedger ledger, WaitingRoom waitingRoom)
{
    private const int PageSize = 200;

    /// <summary>Releases all that wait for the entity; how many were sent.</summary>
    /// <param name="dependency">What has arrived.</param>
    /// <param name="by">The event that brought it, or the part of the engine that noticed.</param>
    /// <param name="cancellationToken">Ends the call; what was not released yet is left to the sweeper.</param>
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
