using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Records;

/// <summary>
/// An integration's own records of one type: small JSON objects under a number, such as a shop system's product id. Each
/// method is one atomic operation and durable when it returns; what two of them decide together is decided by versions: read,
/// write on condition of what was read, and read again where somebody else was faster.
/// Register one with <see cref="EventTrackingExtensions.AddRecordCollection"/>.
/// </summary>
/// <typeparam name="T">What a record holds. Its JSON has to be an object of less than 400 KB; on AWS each started KB of it costs a write unit.</typeparam>
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
            throw new ArgumentException($"Records of the collection '{name}' have a JSON member '{reserved.Name}', a name that the store uses itself. Rename it.", nameof(type));
        }

        this.name = name;
        this.type = type;
        this.store = store;
        this.random = random;
        this.time = time;
    }

    /// <summary>The record, or null. Sees every write that ended before.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond.</exception>
    public async Task<StoredRecord<T>?> FindAsync(long id, CancellationToken cancellationToken) =>
        await store.FindAsync(new RecordKey(name, id), cancellationToken) is { } found ? Read(found) : null;

    /// <summary>Stores a record if nobody wrote it since it was read. Of several callers that read the same, one succeeds.</summary>
    /// <param name="id">The record's id.</param>
    /// <param name="value">What it is to hold.</param>
    /// <param name="label">Makes the record appear in <see cref="ListLabeledAsync"/>; null takes it out again, and costs nothing.</param>
    /// <param name="read">The record as it was read; null where there was none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The record as it is stored now; null, and nothing changed, where somebody else wrote or deleted it meanwhile.</returns>
    /// <exception cref="StoreUnavailableException">The store did not respond. The record may have been written: read it again.</exception>
    public async Task<StoredRecord<T>?> TryWriteAsync(long id, T value, string? label, StoredRecord<T>? read, CancellationToken cancellationToken)
    {
        var version = random.NextName(time.GetUtcNow()).ToString("N");
        var record = new RecordData(new RecordKey(name, id), JsonSerializer.SerializeToUtf8Bytes(value, type), label, version);
        return await store.TryWriteAsync(record, read?.Version, cancellationToken) ? new StoredRecord<T>(id, value, version) : null;
    }

    /// <summary>Deletes a record if nobody wrote it since it was read; false, and nothing changed, where somebody did, or it is gone.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond. The record may be gone.</exception>
    public Task<bool> TryDeleteAsync(StoredRecord<T> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        return store.TryDeleteAsync(new RecordKey(name, read.Id), read.Version, cancellationToken);
    }

    /// <summary>The records after an id, in the order of their ids. Fewer than <paramref name="limit"/> mean the end. On AWS it may miss the writes of the last second.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond.</exception>
    public Task<IReadOnlyList<StoredRecord<T>>> ListAsync(long? after, int limit, CancellationToken cancellationToken) =>
        ListAsync(null, after, limit, cancellationToken);

    /// <summary>The same for the records that carry a label. It costs what carries the label, not what is stored.</summary>
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
