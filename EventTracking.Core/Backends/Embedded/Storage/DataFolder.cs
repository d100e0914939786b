namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>
/// The folder that holds all state, for one process at a time. A second writer would silently lose events, because each
/// process assumes that it alone knows the end of the open segment and the contents of the queues.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;

    private readonly FileStream held;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    public string Path { get; }

    public string DatabaseFile => System.IO.Path.Combine(Path, "events.db");

    public static DataFolder Take(string path)
    {
        var folder = System.IO.Path.GetFullPath(path);
        try
        {
            Create(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(folder, exception);
        }

        try
        {
            return new DataFolder(folder, new FileStream(System.IO.Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Unusable(folder, exception);
        }
        catch (IOException exception) when (!IsHeld(exception))
        {
            throw Unusable(folder, exception);
        }
        catch (IOException exception)
        {
            throw new DataFolderException(
                $"The data folder '{folder}' is in use by another process: its lock file cannot be taken. Stop that process, or set EventTracking:DataPath to another folder.",
                exception);
        }
    }

    public void Dispose() => held.Dispose();

    private static void Create(string folder)
    {
        var existing = folder;
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = System.IO.Path.GetDirectoryName(existing);
        }

        if (existing is not null && existing != folder)
        {
            Directory.CreateDirectory(folder);
            // Without this, a power failure could lose the new folder together with every acknowledged event in it.
            DirectorySync.FlushUpTo(existing, folder);
        }
    }

    /// <summary>Whether another process has the file, rather than that the file cannot be written: the file system may be read-only, or full.</summary>
    private static bool IsHeld(IOException exception) => exception.HResult == SharingViolation || exception.HResult == (OperatingSystem.IsMacOS() ? WouldBlockOnMac : WouldBlock);

    private static DataFolderException Unusable(string folder, Exception exception) =>
        new($"The data folder '{folder}' cannot be written ({exception.Message.TrimEnd('.')}). Give this process write access to it, or set EventTracking:DataPath to another folder.", exception);
}
