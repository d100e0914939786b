using EventTracking.Core.Resilience;

namespace EventTracking.Core.Records;

/// <summary>
/// Where records of integrations are stored, as JSON. Each method is atomic and durable when it returns.
/// All of them throw <see cref="StoreUnavailableException"/> when the store did not respond: nothing was promised then.
/// </summary>
internal interface IRecordStore
{
    /// <summary>The record, or null. Sees every write that ended before.</summary>
    Task<RecordData?> FindAsync(RecordKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the record if the stored one still has the version that was read, or, where that is null, if there is none. Of
    /// several callers with one version exactly one gets true. A write whose response was lost and that is sent again also returns true.
    /// </summary>
    Task<bool> TryWriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken);

    /// <summary>Deletes the record if it still has the version that was read; false where it does not, or is gone.</summary>
    Task<bool> TryDeleteAsync(RecordKey key, string readVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Records of a collection after an id, in the order of their ids: all of them, or those that carry the label. Fewer
    /// than <paramref name="limit"/> mean the end. May miss the writes of the last seconds.
    /// </summary>
    Task<IReadOnlyList<RecordData>> ListAsync(string collection, string? label, long? after, int limit, CancellationToken cancellationToken);
}

/// <summary>Names a record.</summary>
internal readonly record struct RecordKey(string Collection, long Id);

/// <summary>A record as a store sees it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Json">A JSON object, in UTF-8.</param>
/// <param name="Label">The list that it appears in; null for none.</param>
/// <param name="Version">Names this write.</param>
internal sealed record RecordData(RecordKey Key, ReadOnlyMemory<byte> Json, string? Label, string Version);
