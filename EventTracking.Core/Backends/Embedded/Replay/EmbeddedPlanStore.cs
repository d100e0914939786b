using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Replay;

namespace EventTracking.Core.Backends.Embedded.Replay;

/// <summary>Stores plans as files in the data folder.</summary>
internal sealed class EmbeddedPlanStore(EmbeddedStore store, TimeProvider time) : IPlanStore
{
    private string Folder => Path.Combine(store.DataPath, "replays");

    public Task<bool> TryWriteAsync(ReplayId id, ReadOnlyMemory<byte> plan, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Directory.CreateDirectory(Folder);
            DeleteExpired();
            var file = FileOf(id);
            if (File.Exists(file))
            {
                return Task.FromResult(false);
            }

            var unfinished = file + ".new";
            Write(unfinished, plan.Span);
            File.Move(unfinished, file, overwrite: false);
            DirectorySync.FlushUpTo(store.DataPath, Folder);
            return Task.FromResult(true);
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

    private static void Write(string file, ReadOnlySpan<byte> plan)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None);
        stream.Write(plan);
        stream.Flush(flushToDisk: true);
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
