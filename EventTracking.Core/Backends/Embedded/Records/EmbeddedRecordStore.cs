using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Records;

namespace EventTracking.Core.Backends.Embedded.Records;

/// <summary>Stores integrations' records in SQLite.</summary>
internal sealed class EmbeddedRecordStore(EmbeddedStore store) : IRecordStore
{
    private const string Columns = "id, content, label, version";
    private const string SelectOne = $"SELECT {Columns} FROM records WHERE collection = ? AND id = ?";
    private const string SelectAll = $"SELECT {Columns} FROM records WHERE collection = ? AND id > ? ORDER BY id LIMIT ?";
    private const string SelectLabeled = $"SELECT {Columns} FROM records INDEXED BY records_by_label WHERE collection = ? AND label = ? AND id > ? ORDER BY id LIMIT ?";
    private const string Insert = "INSERT INTO records (collection, id, content, label, version) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private const string Update = "UPDATE records SET content = ?, label = ?, version = ? WHERE collection = ? AND id = ? AND version = ?";
    private const string Delete = "DELETE FROM records WHERE collection = ? AND id = ? AND version = ?";

    public Task<RecordData?> FindAsync(RecordKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read(database =>
        {
            using var statement = database.Use(SelectOne);
            return statement.Bind(key.Collection).Bind(key.Id).Step() ? Read(statement, key.Collection) : null;
        }));
    }

    public Task<bool> TryWriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken) =>
        store.WriteAsync(
            scope =>
            {
                using var statement = scope.Database.Use(readVersion is null ? Insert : Update);
                if (readVersion is null)
                {
                    statement.Bind(record.Key.Collection).Bind(record.Key.Id).BindText(record.Json.Span).Bind(record.Label).Bind(record.Version);
                }
                else
                {
                    statement.BindText(record.Json.Span).Bind(record.Label).Bind(record.Version).Bind(record.Key.Collection).Bind(record.Key.Id).Bind(readVersion);
                }

                statement.Step();
                return scope.Database.Changes > 0;
            },
            cancellationToken);

    public Task<bool> TryDeleteAsync(RecordKey key, string readVersion, CancellationToken cancellationToken) =>
        store.WriteAsync(
            scope =>
            {
                using var statement = scope.Database.Use(Delete);
                statement.Bind(key.Collection).Bind(key.Id).Bind(readVersion).Step();
                return scope.Database.Changes > 0;
            },
            cancellationToken);

    public Task<IReadOnlyList<RecordData>> ListAsync(string collection, string? label, long? after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read<IReadOnlyList<RecordData>>(database =>
        {
            using var statement = database.Use(label is null ? SelectAll : SelectLabeled);
            statement.Bind(collection);
            if (label is not null)
            {
                statement.Bind(label);
            }

            statement.Bind(after ?? long.MinValue).Bind(limit);
            List<RecordData> records = [];
            while (statement.Step())
            {
                records.Add(Read(statement, collection));
            }

            return records;
        }));
    }

    private static RecordData Read(Statement statement, string collection) =>
        new(new RecordKey(collection, statement.GetNumber(0)), statement.GetBytes(1).ToArray(), statement.FindText(2), statement.GetText(3));
}
