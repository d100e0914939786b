using EventTracking.Core.Payloads;

namespace EventTracking.Core.Recovery;

/// <summary>
/// What sweeps leave to the next one, which may be another process: where the last one over the waiting events stopped, and
/// when one began to search the events in flight. Losing it costs a round. All methods throw <see cref="StoreUnavailableException"/> when the store did not answer.
/// </summary>
internal interface ISweepPosition
{
    /// <summary>The last event that was looked at; null where the next sweep begins with the newest.</summary>
    Task<EventId?> FindAsync(CancellationToken cancellationToken);

    Task StoreAsync(EventId? position, CancellationToken cancellationToken);

    /// <summary>Takes the search of the events in flight until then; false while another host has it.</summary>
    Task<bool> TryBeginSearchAsync(DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);
}
