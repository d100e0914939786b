using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Embedded.Payloads;

/// <summary>The segment files below the data folder.</summary>
internal sealed class EmbeddedSegmentStore(EmbeddedStore store) : ISegmentStore
{
    /// <summary>Measured on two cores with segments of 64 MB.</summary>
    public ScanSpeed Speed { get; } = new(2_000, 200e6);

    public Task<SegmentList> ListAsync(DateOnly day, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = SegmentKey.FolderOf(day);
        var directory = new DirectoryInfo(Path.Combine(store.DataPath, folder));
        try
        {
            // The file of the open segment may be longer than what has been committed. Read only the committed part.
            var open = store.Read(SegmentFolder.FindOpen);
            IReadOnlyList<SegmentInfo> segments = !directory.Exists ? [] :
            [
                .. directory.EnumerateFiles().Where(file => SegmentKey.TryParse(folder + file.Name, out _)).OrderBy(file => file.Name, StringComparer.Ordinal).Take(ISegmentStore.MostOfDay)
                    .Select(file => new SegmentInfo(folder + file.Name, folder + file.Name == open?.Segment ? Math.Min(open.Value.Length, file.Length) : file.Length, 0)).Reverse(),
            ];
            return Task.FromResult(new SegmentList(segments, 0));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Translate(exception);
        }
    }

    public Task<Stream?> OpenAsync(SegmentInfo segment, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(Path.Combine(store.DataPath, segment.Key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Translate(exception);
        }
    }
}
