using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EventTracking.Core.Payloads;

/// <summary>
/// Escapes valid UTF-8 as the content of a JSON string: only quotes, backslashes and control characters.
/// A webhook's body is itself JSON, so about every sixth byte is a quote. On such text the general encoder takes many times as
/// long, and it escapes everything outside the basic multilingual plane.
/// </summary>
internal static class JsonText
{
    private const int ChunkBytes = 1024;
    private const int MaxEscapeLength = 6;
    private const int BlockBytes = sizeof(ulong);

    // The upper half of a vector whose lower half holds eight bytes of text.
    private const ulong Backslashes = 0x5c5c5c5c5c5c5c5c;

    private static readonly byte[] Spread = SpreadByMask();

    public static void AppendEscaped(PooledBuffer target, ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            var chunk = text[..Math.Min(text.Length, ChunkBytes)];
            // Reserve one vector more than needed: whole vectors are stored, even if only a part of the last one counts.
            target.Advance(Escape(chunk, target.GetSpan((chunk.Length * MaxEscapeLength) + Vector128<byte>.Count)));
            text = text[chunk.Length..];
        }
    }

    private static int Escape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var written = 0;
        var read = 0;
        ref var spread = ref MemoryMarshal.GetArrayDataReference(Spread);
        ref var destination = ref MemoryMarshal.GetReference(target);

        // Eight bytes become up to sixteen without a branch per byte, because nearly every group of eight contains a quote.
        for (; read <= text.Length - BlockBytes; read += BlockBytes)
        {
            var block = Vector128.Create(BinaryPrimitives.ReadUInt64LittleEndian(text[read..]), Backslashes).AsByte();
            if (Vector128.LessThanAny(block, Vector128.Create((byte)' ')))
            {
                written += EscapeEach(text.Slice(read, BlockBytes), target[written..]);
                continue;
            }

            var escaped = (Vector128.Equals(block, Vector128.Create((byte)'"')) | Vector128.Equals(block, Vector128.Create((byte)'\\'))).ExtractMostSignificantBits() & byte.MaxValue;
            Vector128.ShuffleNative(block, Vector128.LoadUnsafe(ref spread, escaped * (nuint)Vector128<byte>.Count)).StoreUnsafe(ref destination, (nuint)written);
            written += BlockBytes + BitOperations.PopCount(escaped);
        }

        return written + EscapeEach(text[read..], target[written..]);
    }

    /// <summary>
    /// Builds the shuffle table. For each of the 256 combinations of bytes that need an escape, it holds where each byte of the result
    /// comes from: one of the eight bytes, or the backslash behind them.
    /// </summary>
    private static byte[] SpreadByMask()
    {
        var table = new byte[(byte.MaxValue + 1) * Vector128<byte>.Count];
        for (var mask = 0; mask <= byte.MaxValue; mask++)
        {
            var at = mask * Vector128<byte>.Count;
            for (var index = 0; index < BlockBytes; index++)
            {
                if ((mask >> index & 1) != 0)
                {
                    table[at++] = BlockBytes;
                }

                table[at++] = (byte)index;
            }
        }

        return table;
    }

    private static int EscapeEach(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var written = 0;
        foreach (var value in text)
        {
            if (value is < 0x20 or (byte)'"' or (byte)'\\')
            {
                written += WriteEscape(value, target[written..]);
            }
            else
            {
                target[written++] = value;
            }
        }

        return written;
    }

    private static int WriteEscape(byte value, Span<byte> target)
    {
        target[0] = (byte)'\\';
        var letter = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)'u',
        };
        target[1] = letter;
        if (letter != (byte)'u')
        {
            return 2;
        }

        target[2] = (byte)'0';
        target[3] = (byte)'0';
        target[4] = (byte)('0' + (value >> 4));
        target[5] = "0123456789abcdef"u8[value & 15];
        return MaxEscapeLength;
    }
}
