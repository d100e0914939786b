using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Records;

/// <summary>
/// An integration's own records of one type: small JSON objects, each under a number, such as a shop system's product id. Each
/// method is one atomic operation and durable when it returns. To change a record based on its content, read it, write it on
/// condition that it has not changed since, and read it again if another writer was faster.
/// Register a collection with <see cref="EventTrackingExtensions.AddRecordCollection"/>.
/// </summary>
/// <typeparam name="T">The type of a record's value. Its JSON must be an object of less than 400 KB; on AWS, each KB or part of one costs a write unit.</typeparam>
public sealed class RecordCollection<T>
    where T : class
{
    /// <summary>Members of the JSON object that the stores use themselves.</summary>
    private static readonly string[] ReservedMembers = ["pk", "sk", "v", "drift"];

    private readonly string name;
    private readonly JsonTypeInfo<T> type;
    private readonly IRecordStore store;
    private readonly RandomSource random;
    private readonly TimeProvider time;

    /// <exception cref="ArgumentException">A member of <typeparamref name="T"/> has a reserved name.</exception>
    internal RecordCollection(string name, JsonTypeInfo<T> type, IRecordStore store, RandomSource random, TimeProvider time)
    {
        if (type.Properties.FirstOrDefault(property => ReservedMembers.Contains(property.Name)) is { } reserved)
        {
            throw new ArgumentException($"Records of the collection '{name}' have a JSON member '{reserved.Name}', but the store reserves this name. Rename the member.", nameof(type));
        }

        this.name = name;
        this.type = type;
        this.store = store;
        this.random = random;
        this.time = time;
    }

    /// <summary>Returns the record, or null if there is none. It sees every write that completed before the call.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond.</exception>
    public async Task<StoredRecord<T>?> FindAsync(long id, CancellationToken cancellationToken) =>
        await store.FindAsync(new RecordKey(name, id), cancellationToken) is { } found ? Read(found) : null;

    /// <summary>Stores a record if it has not changed since it was read. If several callers read the same version, exactly one succeeds.</summary>
    /// <param name="id">The record's id.</param>
    /// <param name="value">The new value.</param>
    /// <param name="label">Makes the record appear in <see cref="ListLabeledAsync"/>. Null removes it from there and costs nothing.</param>
    /// <param name="read">The record as it was read; null if there was none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The stored record; null if the record was written or deleted in the meantime, so that nothing was stored.</returns>
    /// <exception cref="StoreUnavailableException">The store did not respond. The record may have been written: read it again.</exception>
    public async Task<StoredRecord<T>?> TryWriteAsync(long id, T value, string? label, StoredRecord<T>? read, CancellationToken cancellationToken)
    {
        var version = random.NextName(time.GetUtcNow()).ToString("N");
        var record = new RecordData(new RecordKey(name, id), JsonSerializer.SerializeToUtf8Bytes(value, type), label, version);
        return await store.TryWriteAsync(record, read?.Version, cancellationToken) ? new StoredRecord<T>(id, value, version) : null;
    }

    /// <summary>Deletes a record if it has not changed since it was read. Returns false and changes nothing if it was written or deleted in the meantime.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond. The record may have been deleted.</exception>
    public Task<bool> TryDeleteAsync(StoredRecord<T> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        return store.TryDeleteAsync(new RecordKey(name, read.Id), read.Version, cancellationToken);
    }

    /// <summary>
    /// Returns the records after an id, in the order of their ids. Fewer than <paramref name="limit"/> records mean that there are no
    /// more. On AWS, writes of the last second may be missing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store did not respond.</exception>
    public Task<IReadOnlyList<StoredRecord<T>>> ListAsync(long? after, int limit, CancellationToken cancellationToken) =>
        ListAsync(null, after, limit, cancellationToken);

    /// <summary>
    /// Returns the records with a label after an id, like <see cref="ListAsync(long?, int, CancellationToken)"/>. The cost depends on
    /// how many records carry the label, not on how many are stored.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store did not respond.</exception>
    public Task<IReadOnlyList<StoredRecord<T>>> ListLabeledAsync(string label, long? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        return ListAsync(label, after, limit, cancellationToken);
    }

    private async Task<IReadOnlyList<StoredRecord<T>>> ListAsync(string? label, long? after, int limit, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(name, label, after, limit, cancellationToken)).Select(Read)];

    private StoredRecord<T> Read(RecordData data) => new(
        data.Key.Id,
        JsonSerializer.Deserialize(data.Json.Span, type) ?? throw new JsonException($"Record {data.Key.Id} of the collection '{name}' is JSON null."),
        data.Version);
}
