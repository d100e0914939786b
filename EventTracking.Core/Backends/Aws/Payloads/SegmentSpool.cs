using System.Runtime.InteropServices;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// A segment on its way to S3. Nearly every one is small and stays in rented memory; what grows beyond that goes on in a
/// temporary file, so that memory is bounded whatever a batch weighs.
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

    /// <summary>The whole segment from its start; it is the spool's and must not outlive it.</summary>
    public Stream OpenRead()
    {
        if (file is not null)
        {
            file.Position = 0;
            return file;
        }

        // The memory is an array from a pool, so there is one; a view on it copies nothing.
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
