using EventTracking.Core.Resilience;

namespace EventTracking.Core.Replay;

/// <summary>
/// The store of plans, which are written once and never change. Both methods throw <see cref="StoreUnavailableException"/> if the store does
/// not respond.
/// </summary>
internal interface IPlanStore
{
    /// <summary>
    /// Stores a plan; returns false if there is one with this id. It is durable and complete when the call returns; before, it is not there at all.
    /// If the response was lost and the call was repeated, it may also return false.
    /// </summary>
    Task<bool> TryWriteAsync(ReplayId id, ReadOnlyMemory<byte> plan, CancellationToken cancellationToken);

    /// <summary>Returns a plan, or null if there is none.</summary>
    Task<ReadOnlyMemory<byte>?> FindAsync(ReplayId id, CancellationToken cancellationToken);
}
