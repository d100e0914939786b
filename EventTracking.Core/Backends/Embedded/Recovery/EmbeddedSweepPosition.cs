using EventTracking.Core.Recovery;

namespace EventTracking.Core.Backends.Embedded.Recovery;

/// <summary>Kept in memory, because a data folder belongs to a single long-lived process.</summary>
internal sealed class EmbeddedSweepPosition : ISweepPosition
{
    private EventId? position;
    private OldEventsPosition? old;

    public Task<EventId?> FindAsync(CancellationToken cancellationToken) => Task.FromResult(position);

    public Task StoreAsync(EventId? position, CancellationToken cancellationToken)
    {
        this.position = position;
        return Task.CompletedTask;
    }

    public Task<OldEventsPosition?> FindOldEventsAsync(CancellationToken cancellationToken) => Task.FromResult(old);

    public Task StoreOldEventsAsync(OldEventsPosition position, CancellationToken cancellationToken)
    {
        old = position;
        return Task.CompletedTask;
    }

    /// <summary>Always true, because no other host exists.</summary>
    public Task<bool> TryBeginSearchAsync(DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => Task.FromResult(true);
}
