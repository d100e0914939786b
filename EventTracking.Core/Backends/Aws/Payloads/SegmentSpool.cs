using System.Runtime.InteropServices;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// Buffers a segment on its way to S3. Nearly every segment is small and stays in rented memory; a larger one continues in
/// a temporary file, so that memory is bounded whatever the size of a batch.
/// </summary>
internal sealed class SegmentSpool : IDisposable
{
    private const int MaxBytesInMemory = 1024 * 1024;
    private const int FirstEstimate = 16 * 1024;

    private readonly PooledBuffer memory = new(FirstEstimate);
    private FileStream? file;

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> member)
    {
        if (file is null && memory.Length + member.Length > MaxBytesInMemory)
        {
            file = CreateFile();
            file.Write(memory.Written);
        }

        if (file is null)
        {
            member.CopyTo(memory.GetSpan(member.Length));
            memory.Advance(member.Length);
        }
        else
        {
            file.Write(member);
        }

        Length += member.Length;
    }

    /// <summary>Reads the whole segment from its start. The spool owns the stream, which must not outlive it.</summary>
    public Stream OpenRead()
    {
        if (file is not null)
        {
            file.Position = 0;
            return file;
        }

        // The memory is backed by an array from a pool, so this never fails, and a view of it copies nothing.
        MemoryMarshal.TryGetArray(memory.Memory, out var array);
        return new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
    }

    public void Dispose()
    {
        file?.Dispose();
        memory.Dispose();
    }

    private static FileStream CreateFile() =>
        new(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
}
