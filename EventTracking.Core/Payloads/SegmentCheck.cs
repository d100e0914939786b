using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace EventTracking.Core.Payloads;

/// <summary>Whether a segment can be joined with others: a damaged one would hide whatever follows it in the same file.</summary>
internal static class SegmentCheck
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Returns whether the bytes are whole gzip members with correct checksums, each of them one line, and nothing else.</summary>
    public static bool IsWhole(ReadOnlyMemory<byte> segment)
    {
        if (!MemoryMarshal.TryGetArray(segment, out var array))
        {
            array = segment.ToArray();
        }

        using var source = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        var line = new LineTrailer();
        var buffer = new byte[BufferBytes];
        try
        {
            int read;
            while ((read = gzip.Read(buffer)) > 0)
            {
                line.Append(buffer.AsSpan(0, read));
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }

        // The decompressor stops at anything that is no member, and accepts a last member without its trailer.
        return line.IsAtEndOf(segment.Span);
    }

    /// <summary>The trailer that the member of the last line must have.</summary>
    private sealed class LineTrailer
    {
        private readonly Crc32 checksum = new();
        private uint length;
        private bool isEnded;

        public void Append(ReadOnlySpan<byte> text)
        {
            while (text.Length > 0)
            {
                if (isEnded)
                {
                    checksum.Reset();
                    length = 0;
                }

                var end = text.IndexOf((byte)'\n');
                isEnded = end >= 0;
                var part = isEnded ? text[..(end + 1)] : text;
                checksum.Append(part);
                length += (uint)part.Length;
                text = text[part.Length..];
            }
        }

        public bool IsAtEndOf(ReadOnlySpan<byte> segment) =>
            isEnded
            && segment.Length >= GzipMember.HeaderBytes + GzipMember.TrailerBytes
            && GzipMember.IsTrailer(segment[^GzipMember.TrailerBytes..], checksum.GetCurrentHashAsUInt32(), length);
    }
}
