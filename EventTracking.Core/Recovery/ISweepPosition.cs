using EventTracking.Core.Resilience;

namespace EventTracking.Core.Recovery;

/// <summary>
/// What a sweep passes on to the next one, which may run in another process: where the last sweep of the waiting events stopped,
/// and until when a host may search the events in flight. Losing this state costs one extra round.
/// All methods throw <see cref="StoreUnavailableException"/> if the store does not respond.
/// </summary>
internal interface ISweepPosition
{
    /// <summary>Returns the last event that was swept; null if the next sweep starts with the newest event.</summary>
    Task<EventId?> FindAsync(CancellationToken cancellationToken);

    Task StoreAsync(EventId? position, CancellationToken cancellationToken);

    /// <summary>Returns how far the old events were looked through; null if nobody has begun.</summary>
    Task<OldEventsPosition?> FindOldEventsAsync(CancellationToken cancellationToken);

    Task StoreOldEventsAsync(OldEventsPosition position, CancellationToken cancellationToken);

    /// <summary>
    /// Reserves the search of the events in flight until the given time; returns false while another host has it. A reservation that
    /// ends later than this one would was made by a clock that was ahead, and does not count.
    /// </summary>
    Task<bool> TryBeginSearchAsync(DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);
}

/// <summary>How far the old events were looked through.</summary>
/// <param name="Done">All events whose ids have an earlier time.</param>
/// <param name="Until">The end of the span that is being looked through, which begins there.</param>
/// <param name="Before">The event where the walk through that span stopped, newest first; null if it has not begun.</param>
internal readonly record struct OldEventsPosition(DateTimeOffset Done, DateTimeOffset Until, EventId? Before);
