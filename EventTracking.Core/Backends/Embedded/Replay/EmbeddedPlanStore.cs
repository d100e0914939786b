using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Replay;

namespace EventTracking.Core.Backends.Embedded.Replay;

/// <summary>Stores plans as files in the data folder.</summary>
internal sealed class EmbeddedPlanStore(EmbeddedStore store, TimeProvider time) : IPlanStore
{
    private string Folder => Path.Combine(store.DataPath, "replays");

    public async Task<bool> TryWriteAsync(ReplayId id, ReadOnlyMemory<byte> plan, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            DeleteExpired();
            var file = FileOf(id);
            if (File.Exists(file))
            {
                return false;
            }

            var unfinished = file + ".new";
            await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(plan, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file, overwrite: false);
            DirectorySync.FlushUpTo(store.DataPath, Folder);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Translate(exception);
        }
    }

    public async Task<ReadOnlyMemory<byte>?> FindAsync(ReplayId id, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(FileOf(id), cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Translate(exception);
        }
    }

    /// <summary>Names sort by when their plans were made. That includes files that a crash left unfinished.</summary>
    private void DeleteExpired()
    {
        var oldest = ReplayId.FirstAt(time.GetUtcNow() - ReplayJobs.PlansKept).ToString();
        foreach (var file in Directory.EnumerateFiles(Folder).Where(file => string.CompareOrdinal(Path.GetFileName(file), oldest) < 0))
        {
            File.Delete(file);
        }
    }

    private string FileOf(ReplayId id) => Path.Combine(Folder, $"{id}.jsonl.gz");
}
