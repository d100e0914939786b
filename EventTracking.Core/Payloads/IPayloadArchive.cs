using EventTracking.Core.Resilience;

namespace EventTracking.Core.Payloads;

/// <summary>The store of raw payloads, in segments. Payloads are written once and never changed.</summary>
internal interface IPayloadArchive
{
    /// <summary>
    /// Writes the payloads as one segment (or appends them to the open one) and returns their pointers in the
    /// same order. Durable when it returns.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was promised; the call may be repeated.</exception>
    Task<IReadOnlyList<PayloadPointer>> AppendAsync(IReadOnlyList<PayloadRecord> payloads, CancellationToken cancellationToken);

    /// <summary>Reads one payload by its byte range, and verifies its hash.</summary>
    /// <exception cref="StoreUnavailableException">The archive did not answer.</exception>
    Task<PayloadRead> ReadAsync(PayloadPointer pointer, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the payload's segment is still there, without reading it. A damaged payload counts as there: only
    /// <see cref="ReadAsync"/> notices the damage.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The archive did not answer.</exception>
    Task<bool> ExistsAsync(PayloadPointer pointer, CancellationToken cancellationToken);
}
