using System.Buffers.Binary;
using System.IO.Hashing;

namespace EventTracking.Core.Payloads;

/// <summary>
/// The frame of a gzip member whose data is stored, not compressed (RFC 1951, 3.2.4; RFC 1952): ten bytes of header,
/// blocks of at most 65,535 bytes with five bytes of header each, and eight bytes of trailer.
/// </summary>
internal static class GzipMember
{
    public const int HeaderBytes = 10;
    public const int BlockHeaderBytes = 5;
    public const int TrailerBytes = 8;
    public const int MaxBlockBytes = ushort.MaxValue;

    // The header has no name, no time, no flags and an unknown system, so that equal payloads result in equal members.
    private static ReadOnlySpan<byte> Header => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

    /// <summary>How a member begins, whichever way it is compressed: a text in JSON does not have these bytes.</summary>
    public static ReadOnlySpan<byte> Beginning => Header[..8];

    public static void WriteHeader(Span<byte> target) => Header.CopyTo(target);

    public static void WriteBlockHeader(Span<byte> target, int length, bool last)
    {
        target[0] = last ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(target[3..], (ushort)~length);
    }

    public static void WriteTrailer(Span<byte> target, ReadOnlySpan<byte> data)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, Crc32.HashToUInt32(data));
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], (uint)data.Length);
    }

    /// <summary>
    /// Measures the stored member at the beginning of <paramref name="bytes"/> and the data in it. Returns false if the bytes begin
    /// with anything else, or end before the member does.
    /// </summary>
    public static bool TryMeasureStored(ReadOnlySpan<byte> bytes, out int memberLength, out int dataLength)
    {
        memberLength = 0;
        dataLength = 0;
        if (!bytes.StartsWith(Header))
        {
            return false;
        }

        var position = HeaderBytes;
        for (var last = false; !last;)
        {
            if (bytes.Length - position < BlockHeaderBytes || bytes[position] > 1)
            {
                return false;
            }

            last = bytes[position] == 1;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(position + 1)..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[(position + 3)..]) != (ushort)~length)
            {
                return false;
            }

            position += BlockHeaderBytes + length;
            dataLength += length;
            if (position > bytes.Length)
            {
                return false;
            }
        }

        memberLength = position + TrailerBytes;
        return memberLength <= bytes.Length;
    }

    /// <summary>Copies the data out of a measured stored member. Returns false if the checksum does not match.</summary>
    public static bool TryReadStored(ReadOnlySpan<byte> member, Span<byte> data)
    {
        var rest = member[HeaderBytes..];
        var target = data;
        while (true)
        {
            var last = rest[0] == 1;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]);
            rest.Slice(BlockHeaderBytes, length).CopyTo(target);
            target = target[length..];
            rest = rest[(BlockHeaderBytes + length)..];
            if (last)
            {
                break;
            }
        }

        return HasTrailerOf(member, data);
    }

    /// <summary>Returns whether a member ends with the trailer of this data, regardless of how it is compressed.</summary>
    public static bool HasTrailerOf(ReadOnlySpan<byte> member, ReadOnlySpan<byte> data) =>
        member.Length >= HeaderBytes + TrailerBytes && IsTrailer(member[^TrailerBytes..], Crc32.HashToUInt32(data), (uint)data.Length);

    public static bool IsTrailer(ReadOnlySpan<byte> trailer, uint checksum, uint dataLength) =>
        BinaryPrimitives.ReadUInt32LittleEndian(trailer) == checksum && BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) == dataLength;
}
