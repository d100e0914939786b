using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Records;

namespace EventTracking.Core.Waiting;

/// <summary>
/// The last import of each entity that events have waited for. A mark moves to another import by one conditional write, so callers
/// that want an import at the same time agree on one.
/// </summary>
internal sealed class ImportMarks(RecordCollection<ImportMark> marks)
{
    /// <summary>The name of the collection, which no integration may use.</summary>
    public const string Collection = "engine-import";

    public Task<StoredRecord<ImportMark>?> FindAsync(EntityKey entity, CancellationToken cancellationToken) => marks.FindAsync(IdOf(entity), cancellationToken);

    /// <summary>Moves the mark to the import of a window; returns false if another caller moved it since it was read.</summary>
    public async Task<bool> TryMoveAsync(EntityKey entity, DateTimeOffset window, StoredRecord<ImportMark>? read, CancellationToken cancellationToken) =>
        await marks.TryWriteAsync(IdOf(entity), new ImportMark(entity.ToString(), window.UtcTicks), label: null, read, cancellationToken) is not null;

    /// <summary>
    /// Records have numbers. If two entities ever had the same one, they would share a mark, which does no harm: it only says in which
    /// window the import of either was requested.
    /// </summary>
    private static long IdOf(EntityKey entity)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(entity.ToString()), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
