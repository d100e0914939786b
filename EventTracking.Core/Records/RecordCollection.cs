using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Compatibility;
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
    private readonly UnknownForms? unknown;

    /// <exception cref="ArgumentException">A member of <typeparamref name="T"/> has a reserved name.</exception>
    internal RecordCollection(string name, JsonTypeInfo<T> type, IRecordStore store, RandomSource random, TimeProvider time, UnknownForms? unknown = null)
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
        this.unknown = unknown;
    }

    /// <summary>Returns the record, or null if there is none. It sees every write that completed before the call.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond, or the record is one of a newer version that this one cannot read.</exception>
    public async Task<StoredRecord<T>?> FindAsync(long id, CancellationToken cancellationToken) =>
        await store.FindAsync(new RecordKey(name, id), cancellationToken) is not { } found ? null
        : TryRead(found) ?? throw new StoreUnavailableException($"Record {id} of the collection '{name}' was stored by a newer version in a form that this version does not know. It is left as it is. Run the newer version.");

    /// <summary>
    /// Stores a record if it has not changed since it was read. If several callers read the same version, exactly one succeeds. Members
    /// that <typeparamref name="T"/> does not have are kept, because a newer version may have stored them.
    /// </summary>
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
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        json = read is { Json.Length: > 0 } ? JsonForm.Keep(read.Json.Span, JsonSerializer.SerializeToUtf8Bytes(read.Value, type), json) : json;
        var record = new RecordData(new RecordKey(name, id), json, label, version);
        return await store.TryWriteAsync(record, read?.Version, cancellationToken) ? new StoredRecord<T>(id, value, version) { Json = json } : null;
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
    /// more. On AWS, writes of the last second may be missing. Records of a newer version that this one cannot read are left out.
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

    /// <summary>Reads on where records were left out, because a short list would be mistaken for the last one.</summary>
    private async Task<IReadOnlyList<StoredRecord<T>>> ListAsync(string? label, long? after, int limit, CancellationToken cancellationToken)
    {
        List<StoredRecord<T>> read = [];
        while (true)
        {
            var wanted = limit - read.Count;
            var listed = await store.ListAsync(name, label, after, wanted, cancellationToken);
            read.AddRange(listed.Select(TryRead).OfType<StoredRecord<T>>());
            if (listed.Count < wanted || read.Count >= limit)
            {
                return read;
            }

            after = listed[^1].Key.Id;
        }
    }

    private StoredRecord<T>? TryRead(RecordData data)
    {
        try
        {
            if (JsonSerializer.Deserialize(data.Json.Span, type) is { } value)
            {
                return new StoredRecord<T>(data.Key.Id, value, data.Version) { Json = data.Json };
            }
        }
        catch (JsonException)
        {
            // What a member holds may be personal, so only its record is reported.
        }

        unknown?.See("record", name, data.Key.Id.ToString(CultureInfo.InvariantCulture));
        return null;
    }
}
