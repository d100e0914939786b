using EventTracking.Core.Resilience;

namespace EventTracking.Core.Replay;

/// <summary>
/// The store of plans, which are written once and never change. Both methods throw <see cref="StoreUnavailableException"/> if the store does
/// not respond.
/// </summary>
internal interface IPlanStore
{
    /// <summary>Stores a plan. It is durable and complete when the call returns; before, it is not there at all.</summary>
    Task WriteAsync(ReplayId id, ReadOnlyMemory<byte> plan, CancellationToken cancellationToken);

    /// <summary>Returns a plan, or null if there is none.</summary>
    Task<ReadOnlyMemory<byte>?> FindAsync(ReplayId id, CancellationToken cancellationToken);
}
