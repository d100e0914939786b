using System.Text.Json;
using EventTracking.Core.Records;
using EventTracking.Stock.Catalog;

namespace EventTracking.Benchmarks.Simulation.Ports;

/// <summary>The records of the integration at the other end of a network.</summary>
internal sealed class SimulatedRecordStore(IRecordStore records, StoreCalls calls, SimulatedProcess process) : IRecordStore
{
    public Task<RecordData?> FindAsync(RecordKey key, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"records.find {key.Collection}/{key.Id}", () => records.FindAsync(key, cancellationToken), cancellationToken);

    public Task<bool> TryWriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"records.write {record.Key.Collection}/{record.Key.Id}", () => WriteAsync(record, readVersion, cancellationToken), cancellationToken);

    public Task<bool> TryDeleteAsync(RecordKey key, string readVersion, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"records.delete {key.Collection}/{key.Id}", () => records.TryDeleteAsync(key, readVersion, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<RecordData>> ListAsync(string collection, string? label, long? after, int limit, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"records.list {collection}/{label} {after}", () => records.ListAsync(collection, label, after, limit, cancellationToken), cancellationToken);

    /// <summary>A response that was long under way says what was, and must not hide what a later one said.</summary>
    private async Task<bool> WriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken)
    {
        var before = await records.FindAsync(record.Key, cancellationToken);
        var written = await records.TryWriteAsync(record, readVersion, cancellationToken);
        if (written && record.Key.Collection == ProductCatalog.Products && before is not null)
        {
            var (older, newer) = (Read(before), Read(record));
            Require(older.BpReadAt is null || newer.BpReadAt >= older.BpReadAt, record.Key);
            Require(older.ShReadAt is null || newer.ShReadAt >= older.ShReadAt || newer.Item != older.Item || newer.Location != older.Location, record.Key);
        }

        return written;
    }

    private static ProductDocument Read(RecordData record) => JsonSerializer.Deserialize(record.Json.Span, CatalogJson.Default.ProductDocument)!;

    private static void Require(bool holds, RecordKey key) =>
        Witness.Require(holds, Invariants.NewestReading, $"The catalog had a later reading of product {key.Id}, and put an older one in its place.");
}
