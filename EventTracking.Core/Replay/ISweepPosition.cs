using EventTracking.Core.Payloads;

namespace EventTracking.Core.Replay;

/// <summary>
/// Where the last sweep over the waiting events stopped, for the next one, which may be another process. Losing it costs a
/// round. Both methods throw <see cref="StoreUnavailableException"/> when the store did not answer.
/// </summary>
internal interface ISweepPosition
{
    /// <summary>The last event that was looked at; null where the next sweep begins with the newest.</summary>
    Task<EventId?> FindAsync(CancellationToken cancellationToken);

    Task StoreAsync(EventId? position, CancellationToken cancellationToken);
}
