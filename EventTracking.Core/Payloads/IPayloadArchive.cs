using EventTracking.Core.Resilience;

namespace EventTracking.Core.Payloads;

/// <summary>The archive of raw payloads, in segments. Payloads are written once and never change.</summary>
internal interface IPayloadArchive
{
    /// <summary>
    /// Writes the payloads as one segment (or appends them to the open one) and returns their pointers in the
    /// same order. The payloads are durable when the call returns.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The payloads are not guaranteed to be durable; the call may be repeated.</exception>
    Task<IReadOnlyList<PayloadPointer>> AppendAsync(IReadOnlyList<PayloadRecord> payloads, CancellationToken cancellationToken);

    /// <summary>Reads one payload by its byte range and verifies its hash.</summary>
    /// <exception cref="StoreUnavailableException">The archive did not respond.</exception>
    Task<PayloadRead> ReadAsync(PayloadPointer pointer, CancellationToken cancellationToken);

    /// <summary>
    /// Returns whether the payload's segment still exists, without reading it. A damaged payload counts as existing: only
    /// <see cref="ReadAsync"/> notices the damage.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The archive did not respond.</exception>
    Task<bool> ExistsAsync(PayloadPointer pointer, CancellationToken cancellationToken);
}
