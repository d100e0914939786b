using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace EventTracking.Core.Payloads;

/// <summary>
/// Takes a damaged segment apart where members begin, so that damage hides nothing but its own member. It takes longer than to read the
/// segment in one pass, and nothing else needs it.
/// </summary>
internal static class SegmentMembers
{
    private const int FirstBuffer = 64 * 1024;

    /// <summary>Returns what lies between two beginnings, one member in memory at a time; each is valid until the next.</summary>
    /// <param name="segment">The segment's bytes.</param>
    /// <param name="longest">The longest possible member, in bytes. Anything longer is skipped.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> SplitAsync(Stream segment, int longest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[FirstBuffer];
        var (begin, end, seen) = (0, 0, 0);
        for (int read; (read = await segment.ReadAsync(buffer.AsMemory(end), cancellationToken)) > 0;)
        {
            end += read;
            for (int next; (next = FindBeginning(buffer.AsSpan(0, end), Math.Max(seen, begin + 1))) >= 0; begin = next)
            {
                yield return buffer.AsMemory(begin, next - begin);
            }

            // The end may be the first part of a beginning.
            seen = Math.Max(begin, end - GzipMember.HeaderBytes);
            if (end - begin > longest)
            {
                begin = seen;
            }

            buffer.AsSpan(begin, end - begin).CopyTo(buffer);
            (begin, end, seen) = (0, end - begin, seen - begin);
            if (end == buffer.Length)
            {
                Array.Resize(ref buffer, end * 2);
            }
        }

        if (end > begin)
        {
            yield return buffer.AsMemory(begin, end - begin);
        }
    }

    /// <summary>Whether a whole stored member lies anywhere in the bytes.</summary>
    public static bool HasStored(ReadOnlySpan<byte> bytes)
    {
        for (var at = FindBeginning(bytes, 0); at >= 0; at = FindBeginning(bytes, at + 1))
        {
            if (SegmentReader.MeasureWhole(bytes[at..]) > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Appends the data of a member. Returns false if the member is damaged. If only its end is missing, the data before it is still good.</summary>
    /// <param name="member">The member. Nothing is read from what follows it and does not begin as a member does.</param>
    /// <param name="data">Where to append the data.</param>
    /// <param name="longest">The most data that a member has.</param>
    public static bool TryUnpack(ReadOnlyMemory<byte> member, PooledBuffer data, int longest)
    {
        try
        {
            using var source = new MemoryStream(member.ToArray(), writable: false);
            using var gzip = new GZipStream(source, CompressionMode.Decompress);
            for (int read; (read = gzip.Read(data.GetSpan())) > 0;)
            {
                data.Advance(read);
                if (data.Length > longest)
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static int FindBeginning(ReadOnlySpan<byte> bytes, int from)
    {
        var found = from < bytes.Length ? bytes[from..].IndexOf(GzipMember.Beginning) : -1;
        return found < 0 ? -1 : from + found;
    }
}
