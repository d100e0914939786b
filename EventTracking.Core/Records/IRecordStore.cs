using EventTracking.Core.Resilience;

namespace EventTracking.Core.Records;

/// <summary>
/// The store of the records of integrations, as JSON. Each method is atomic and durable when it returns.
/// All methods throw <see cref="StoreUnavailableException"/> if the store does not respond; nothing is guaranteed to be stored then.
/// </summary>
internal interface IRecordStore
{
    /// <summary>Returns the record, or null if there is none. It sees every write that completed before the call.</summary>
    Task<RecordData?> FindAsync(RecordKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the record if the stored one still has the version that was read, or, if that version is null, if there is none. If
    /// several callers read the same version, exactly one gets true. Repeating a write whose response was lost also returns true.
    /// </summary>
    Task<bool> TryWriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken);

    /// <summary>Deletes the record if it still has the version that was read. Returns false if it has another version or does not exist.</summary>
    Task<bool> TryDeleteAsync(RecordKey key, string readVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Returns records of a collection after an id, in the order of their ids: all of them, or those that carry the label. Fewer
    /// than <paramref name="limit"/> records mean that there are no more. Writes of the last seconds may be missing.
    /// </summary>
    Task<IReadOnlyList<RecordData>> ListAsync(string collection, string? label, long? after, int limit, CancellationToken cancellationToken);
}

/// <summary>The key of a record.</summary>
internal readonly record struct RecordKey(string Collection, long Id);

/// <summary>A record as stores see it.</summary>
/// <param name="Key">The record's key.</param>
/// <param name="Json">A JSON object in UTF-8.</param>
/// <param name="Label">The label by which the record can be listed; null for none.</param>
/// <param name="Version">A unique name of this write.</param>
internal sealed record RecordData(RecordKey Key, ReadOnlyMemory<byte> Json, string? Label, string Version);
