using EventTracking.Core.Records;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>The records of the integration at the other end of a network.</summary>
/// <param name="records">The store itself.</param>
/// <param name="calls">The network.</param>
/// <param name="process">The process that calls.</param>
/// <param name="seeWrite">Called when a write takes effect, with the record before and after.</param>
internal sealed class SimulatedRecordStore(IRecordStore records, StoreCalls calls, SimulatedProcess process, Action<RecordData, RecordData> seeWrite) : IRecordStore
{
    public Task<RecordData?> FindAsync(RecordKey key, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"records.find {key.Collection}/{key.Id}", () => records.FindAsync(key, cancellationToken), cancellationToken);

    public Task<bool> TryWriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"records.write {record.Key.Collection}/{record.Key.Id}", () => WriteAsync(record, readVersion, cancellationToken), cancellationToken);

    public Task<bool> TryDeleteAsync(RecordKey key, string readVersion, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"records.delete {key.Collection}/{key.Id}", () => records.TryDeleteAsync(key, readVersion, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<RecordData>> ListAsync(string collection, string? label, long? after, int limit, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"records.list {collection}/{label} {after}", () => records.ListAsync(collection, label, after, limit, cancellationToken), cancellationToken);

    private async Task<bool> WriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken)
    {
        var before = await records.FindAsync(record.Key, cancellationToken);
        var written = await records.TryWriteAsync(record, readVersion, cancellationToken);
        if (written && before is not null)
        {
            seeWrite(before, record);
        }

        return written;
    }
}
