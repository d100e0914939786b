using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace EventTracking.Core.Backends.Embedded.Payloads;

/// <summary>
/// The open segment. The payloads of a group are collected and written with one call and one sync. The commit that stores
/// the pointers also stores the new length of the segment, so that recovery knows up to where the segment is valid.
/// </summary>
internal sealed partial class SegmentFolder(string dataPath, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private const long MaxSegmentBytes = 64 * 1024 * 1024;
    private const string StoreLength = "INSERT OR REPLACE INTO open_segment (slot, segment, length) VALUES (0, ?, ?)";

    // 1 MB: few payloads are larger, and the commit itself writes less.
    private static readonly ReadOnlyMemory<byte>[] Room = [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[64 * 1024], 16)];

    private readonly List<ReadOnlyMemory<byte>> pending = [];
    private OpenSegment? open;
    private bool flushed;

    public long PendingBytes { get; private set; }

    /// <summary>The place that a payload would have if it were added next.</summary>
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
            // Most likely the disk is full. Any partial write lies beyond the valid length, so the segment stays in use: a new
            // segment per failure would create a file per webhook until there is space.
            Cut(segment);
            throw;
        }

        try
        {
            RandomAccess.FlushToDisk(segment.Handle);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // After a failed sync the contents of the disk are unknown, and a second sync may wrongly succeed: close the file for good.
            Log.Abandoned(logger, segment.Key, exception);
            Close();
            throw;
        }

        using var statement = database.Use(StoreLength);
        statement.Bind(segment.Key).Bind(segment.Length + PendingBytes).Step();
        flushed = true;
    }

    /// <summary>Checks for free space by writing 1 MB beyond the end of the segment and truncating it again.</summary>
    /// <exception cref="IOException">The disk has not enough space.</exception>
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

    /// <summary>Discards the added payloads after a failure.</summary>
    public void Discard()
    {
        if (flushed && open is { } segment)
        {
            // Only the commit can have failed, and after a crash a failed commit may turn out to have succeeded. Never overwrite
            // the bytes that its pointers refer to.
            Log.NotCommitted(logger, segment.Key);
            Close();
        }

        Clear();
    }

    /// <summary>Returns the segment that was last written to, and up to where it is valid; null if none has been.</summary>
    public static (string Segment, long Length)? FindOpen(Database database)
    {
        using var statement = database.Use("SELECT segment, length FROM open_segment WHERE slot = 0");
        return statement.Step() ? (statement.GetText(0), statement.GetNumber(1)) : null;
    }

    /// <summary>
    /// Opens the newest segment and truncates the part of a payload that a crash left at its end. A damaged segment stays as it is, and
    /// nothing is added to it: the next payload starts a new one.
    /// </summary>
    public void Recover(Database database)
    {
        if (FindNewest() is not { } file)
        {
            return;
        }

        var key = Path.GetRelativePath(dataPath, file).Replace(Path.DirectorySeparatorChar, '/');
        var last = FindOpen(database);
        if (last is null)
        {
            Log.Unknown(logger, key);
        }

        var stored = last?.Segment == key ? last.Value.Length : 0;
        var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        open = new OpenSegment(key, handle);
        var length = RandomAccess.GetLength(handle);
        if (length < stored)
        {
            Log.Shortened(logger, key, length, stored);
            Close();
            return;
        }

        var tail = Read(handle, stored, length);
        var wholeBytes = SegmentReader.MeasureWhole(tail);
        var whole = stored + wholeBytes;
        if (stored == 0 && SegmentMembers.HasStored(tail.AsSpan(wholeBytes)))
        {
            // A crash leaves nothing whole behind what is torn, and nobody knows whether events refer to it.
            Log.Damaged(logger, key, whole);
            Close();
            return;
        }

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
        // A segment is closed only between two groups, when everything in it is durable.
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
            // .NET throws this for the system's "file too large": a limit of the user or of the file system.
            throw new IOException($"Segment {segment.Key} cannot grow: it has reached the file size limit of the user or of the file system.", exception);
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

    private static byte[] Read(SafeFileHandle handle, long from, long to)
    {
        var bytes = new byte[to - from];
        var read = 0;
        for (int count; read < bytes.Length && (count = RandomAccess.Read(handle, bytes.AsSpan(read), from + read)) > 0;)
        {
            read += count;
        }

        return bytes[..read];
    }

    private sealed class OpenSegment(string key, SafeFileHandle handle)
    {
        public string Key => key;

        public SafeFileHandle Handle => handle;

        /// <summary>The length without pending payloads.</summary>
        public long Length { get; set; }

        public bool IsOfDay(DateTimeOffset now) => SegmentKey.FindDay(key) == DateOnly.FromDateTime(now.UtcDateTime);
    }

    private static partial class Log
    {
        [LoggerMessage(8, LogLevel.Error, "Segment {Segment} has {Length} bytes, but payloads were acknowledged up to byte {Stored}: the file lost its end. What it still has can be read; the next payload starts a new segment. Restore the file from a backup if there is one")]
        public static partial void Shortened(ILogger logger, string segment, long length, long stored);

        [LoggerMessage(9, LogLevel.Error, "Segment {Segment} is damaged at byte {Position}. The other payloads in it can be read; the next payload starts a new segment")]
        public static partial void Damaged(ILogger logger, string segment, long position);

        [LoggerMessage(10, LogLevel.Warning, "The database knows of no payload, but there are segments of payloads, the newest {Segment}. If the file 'events.db' was lost or replaced, stop the service and restore the file: the events of these payloads are not known")]
        public static partial void Unknown(ILogger logger, string segment);

        [LoggerMessage(3, LogLevel.Warning, "Segment {Segment} ended with {Bytes} bytes of a payload that was never acknowledged; it was truncated to {Length} bytes")]
        public static partial void TailCut(ILogger logger, string segment, long bytes, long length);

        [LoggerMessage(4, LogLevel.Error, "Segment {Segment} could not be written and is closed; the next payload starts a new segment")]
        public static partial void Abandoned(ILogger logger, string segment, Exception exception);

        [LoggerMessage(7, LogLevel.Error, "The payloads written to segment {Segment} could not be committed; the segment is closed, and the next payload starts a new one")]
        public static partial void NotCommitted(ILogger logger, string segment);
    }
}
