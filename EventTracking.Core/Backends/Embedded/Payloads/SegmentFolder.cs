using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace EventTracking.Core.Backends.Embedded.Payloads;

/// <summary>
/// The open segment. Payloads of a group are gathered and written with one call and one sync; how long the segment is
/// then is stored by the same commit as the pointers, so that after a crash it is known where trust ends.
/// </summary>
internal sealed partial class SegmentFolder(string dataPath, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private const long MaxSegmentBytes = 64 * 1024 * 1024;
    private const string StoreLength = "INSERT OR REPLACE INTO open_segment (slot, segment, length) VALUES (0, ?, ?)";

    // A megabyte: few payloads are larger, and what the commit itself writes is less.
    private static readonly ReadOnlyMemory<byte>[] Room = [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[64 * 1024], 16)];

    private readonly List<ReadOnlyMemory<byte>> pending = [];
    private OpenSegment? open;
    private bool flushed;

    public long PendingBytes { get; private set; }

    /// <summary>Where a payload lies if it is added next.</summary>
    public PayloadPointer Locate(SegmentMember member)
    {
        var segment = Current();
        return member.At(segment.Key, segment.Length + PendingBytes);
    }

    public void Add(SegmentMember member)
    {
        pending.Add(member.Bytes);
        PendingBytes += member.Bytes.Length;
    }

    /// <summary>Makes the added payloads durable, within the transaction that will point to them.</summary>
    public void Flush(Database database)
    {
        if (pending.Count == 0 || open is not { } segment)
        {
            return;
        }

        try
        {
            Write(segment, pending);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Most likely the disk is full. What came of it is behind all that is trusted, so the segment may go on: a new
            // one each time would leave as many files as there are webhooks until there is room.
            Cut(segment);
            throw;
        }

        try
        {
            RandomAccess.FlushToDisk(segment.Handle);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // After a failed sync nobody knows what is on the disk, and a second sync may lie: this file is never written again.
            Log.Abandoned(logger, segment.Key, exception);
            Close();
            throw;
        }

        using var statement = database.Use(StoreLength);
        statement.Bind(segment.Key).Bind(segment.Length + PendingBytes).Step();
        flushed = true;
    }

    /// <summary>Takes a megabyte behind what is written and gives it back.</summary>
    /// <exception cref="IOException">The disk has none.</exception>
    public void EnsureRoom()
    {
        var segment = Current();
        try
        {
            Write(segment, Room);
        }
        finally
        {
            Cut(segment);
        }
    }

    public void Committed()
    {
        if (open is { } segment)
        {
            segment.Length += PendingBytes;
        }

        Clear();
    }

    /// <summary>Forgets the added payloads, after a failure.</summary>
    public void Discard()
    {
        if (flushed && open is { } segment)
        {
            // Only the commit can have failed, and one that failed may still be found done after a crash: what its pointers
            // lead to must not be overwritten.
            Log.NotCommitted(logger, segment.Key);
            Close();
        }

        Clear();
    }

    /// <summary>Opens the newest segment, without what a crash left of a payload at its end.</summary>
    public void Recover(Database database)
    {
        if (FindNewest() is not { } file)
        {
            return;
        }

        var key = Path.GetRelativePath(dataPath, file).Replace(Path.DirectorySeparatorChar, '/');
        var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        open = new OpenSegment(key, handle);
        var length = RandomAccess.GetLength(handle);
        var trusted = Math.Min(FindStoredLength(database, key), length);
        var whole = trusted + MeasureWhole(handle, trusted, length);
        if (whole < length)
        {
            RandomAccess.SetLength(handle, whole);
            RandomAccess.FlushToDisk(handle);
            Log.TailCut(logger, key, length - whole, whole);
        }

        open.Length = whole;
    }

    public void Dispose() => Close();

    private OpenSegment Current()
    {
        // A segment is left only between two groups, where everything in it is durable.
        if (open is { } segment && PendingBytes == 0 && (segment.Length >= MaxSegmentBytes || !segment.IsOfDay(timeProvider.GetUtcNow())))
        {
            Close();
        }

        return open ??= Create();
    }

    private OpenSegment Create()
    {
        var key = SegmentWriter.NewKey(timeProvider.GetUtcNow());
        var file = Path.Combine(dataPath, key);
        var folder = Path.GetDirectoryName(file) ?? dataPath;
        Directory.CreateDirectory(folder);
        var handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            DirectorySync.FlushUpTo(dataPath, folder);
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        return new OpenSegment(key, handle);
    }

    private static void Write(OpenSegment segment, IReadOnlyList<ReadOnlyMemory<byte>> bytes)
    {
        try
        {
            RandomAccess.Write(segment.Handle, bytes, segment.Length);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            // .NET's name for what the operating system calls a file too large: a limit of the user or of the file system.
            throw new IOException($"Segment {segment.Key} may not grow.", exception);
        }
    }

    private void Cut(OpenSegment segment)
    {
        try
        {
            RandomAccess.SetLength(segment.Handle, segment.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.Abandoned(logger, segment.Key, exception);
            Close();
            throw;
        }
    }

    private void Clear()
    {
        pending.Clear();
        PendingBytes = 0;
        flushed = false;
    }

    private void Close()
    {
        open?.Handle.Dispose();
        open = null;
    }

    private string? FindNewest()
    {
        var payloads = Path.Combine(dataPath, "payloads");
        return Directory.Exists(payloads) ? Directory.EnumerateFiles(payloads, "*.jsonl.gz", SearchOption.AllDirectories).Max(StringComparer.Ordinal) : null;
    }

    private static long FindStoredLength(Database database, string key)
    {
        using var statement = database.Use("SELECT length FROM open_segment WHERE slot = 0 AND segment = ?");
        return statement.Bind(key).Step() ? statement.GetNumber(0) : 0;
    }

    private static int MeasureWhole(SafeFileHandle handle, long from, long to)
    {
        if (from == to)
        {
            return 0;
        }

        var bytes = new byte[to - from];
        var read = 0;
        for (int count; (count = RandomAccess.Read(handle, bytes.AsSpan(read), from + read)) > 0;)
        {
            read += count;
        }

        return SegmentReader.MeasureWhole(bytes.AsSpan(0, read));
    }

    private sealed class OpenSegment(string key, SafeFileHandle handle)
    {
        public string Key => key;

        public SafeFileHandle Handle => handle;

        /// <summary>Without what is pending.</summary>
        public long Length { get; set; }

        public bool IsOfDay(DateTimeOffset now) => SegmentWriter.FolderOf(now).AsSpan().SequenceEqual(key.AsSpan(0, key.LastIndexOf('/') + 1));
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Warning, "Segment {Segment} ended in {Bytes} bytes of a payload that was never acknowledged; they were cut, {Length} remain")]
        public static partial void TailCut(ILogger logger, string segment, long bytes, long length);

        [LoggerMessage(4, LogLevel.Error, "Segment {Segment} could not be written and is left as it is; the next payload starts a new one")]
        public static partial void Abandoned(ILogger logger, string segment, Exception exception);

        [LoggerMessage(7, LogLevel.Error, "What was written to segment {Segment} could not be committed; it is left as it is, and the next payload starts a new one")]
        public static partial void NotCommitted(ILogger logger, string segment);
    }
}
