using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EventTracking.Core.Payloads;

/// <summary>
/// Escapes valid UTF-8 as the inside of a JSON string: quotes, backslashes and control characters, nothing else.
/// A webhook's body is JSON itself, so every sixth byte is a quote; the general encoder takes several times as long on
/// such text, and turns everything outside the basic plane into escapes.
/// </summary>
internal static class JsonText
{
    private const int ChunkBytes = 1024;
    private const int LongestEscape = 6;

    public static void AppendEscaped(PooledBuffer target, ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            var chunk = text[..Math.Min(text.Length, ChunkBytes)];
            // One vector more than needed: whole vectors are stored, though only a part of the last may count.
            target.Advance(Escape(chunk, target.GetSpan((chunk.Length * LongestEscape) + Vector128<byte>.Count)));
            text = text[chunk.Length..];
        }
    }

    private static int Escape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var written = 0;
        var read = 0;
        ref var source = ref MemoryMarshal.GetReference(text);
        ref var destination = ref MemoryMarshal.GetReference(target);
        while (read <= text.Length - Vector128<byte>.Count)
        {
            var vector = Vector128.LoadUnsafe(ref source, (nuint)read);
            vector.StoreUnsafe(ref destination, (nuint)written);
            var mask = (Vector128.LessThan(vector, Vector128.Create((byte)0x20))
                | Vector128.Equals(vector, Vector128.Create((byte)'"'))
                | Vector128.Equals(vector, Vector128.Create((byte)'\\'))).ExtractMostSignificantBits();
            if (mask == 0)
            {
                read += Vector128<byte>.Count;
                written += Vector128<byte>.Count;
                continue;
            }

            var plain = BitOperations.TrailingZeroCount(mask);
            read += plain;
            written += plain;
            written += WriteEscape(text[read++], target[written..]);
        }

        for (; read < text.Length; read++)
        {
            var value = text[read];
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
        return LongestEscape;
    }
}
