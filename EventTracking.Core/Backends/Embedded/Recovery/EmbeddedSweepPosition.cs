using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;

namespace EventTracking.Core.Backends.Embedded.Recovery;

/// <summary>Kept in memory: a data folder belongs to one process, which lives long.</summary>
internal sealed class EmbeddedSweepPosition : ISweepPosition
{
    private EventId? position;

    public Task<EventId?> FindAsync(CancellationToken cancellationToken) => Task.FromResult(position);

    public Task StoreAsync(EventId? position, CancellationToken cancellationToken)
    {
        this.position = position;
        return Task.CompletedTask;
    }

    /// <summary>There is no other host.</summary>
    public Task<bool> TryBeginSearchAsync(DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => Task.FromResult(true);
}
