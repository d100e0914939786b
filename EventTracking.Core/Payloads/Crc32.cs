using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace EventTracking.Core.Payloads;

/// <summary>
/// The checksum of gzip. The framework has one only inside its compressor, whose set-up costs more than the whole of
/// framing a webhook, so it is computed here: with carry-less multiplication, as published by Gopal et al., "Fast CRC
/// Computation for Generic Polynomials Using PCLMULQDQ Instruction" (2009), or the processor's own instruction.
/// </summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int FoldedBytes = 64;

    private static readonly uint[] Table = CreateTable();

    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        if (Pclmulqdq.IsSupported && data.Length >= FoldedBytes)
        {
            var folded = data.Length & ~15;
            crc = Fold(crc, data[..folded]);
            data = data[folded..];
        }
        else if (Arm.Crc32.Arm64.IsSupported)
        {
            for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            {
                crc = Arm.Crc32.Arm64.ComputeCrc32(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            }
        }

        foreach (var value in data)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    // The constants are powers of x modulo the polynomial, bit-reflected; see the paper, chapter "bit-reflected".
    private static uint Fold(uint crc, ReadOnlySpan<byte> data)
    {
        ref var start = ref MemoryMarshal.GetReference(data);
        var by64 = Vector128.Create(0x0154442bd4UL, 0x01c6e41596UL);
        var by16 = Vector128.Create(0x01751997d0UL, 0x00ccaa009eUL);
        var a = Load(ref start, 0) ^ Vector128.CreateScalar(crc).AsUInt64();
        var b = Load(ref start, 16);
        var c = Load(ref start, 32);
        var d = Load(ref start, 48);
        var offset = FoldedBytes;
        for (; offset <= data.Length - FoldedBytes; offset += FoldedBytes)
        {
            a = FoldInto(a, by64, Load(ref start, offset));
            b = FoldInto(b, by64, Load(ref start, offset + 16));
            c = FoldInto(c, by64, Load(ref start, offset + 32));
            d = FoldInto(d, by64, Load(ref start, offset + 48));
        }

        a = FoldInto(FoldInto(FoldInto(a, by16, b), by16, c), by16, d);
        for (; offset < data.Length; offset += 16)
        {
            a = FoldInto(a, by16, Load(ref start, offset));
        }

        return Reduce(a, by16);
    }

    private static uint Reduce(Vector128<ulong> value, Vector128<ulong> by16)
    {
        var low32 = Vector128.Create(uint.MaxValue, 0, uint.MaxValue, 0).AsUInt64();
        var by8 = Vector128.CreateScalar(0x0163cd6124UL);
        var barrett = Vector128.Create(0x01db710641UL, 0x01f7011641UL);

        value = Sse2.ShiftRightLogical128BitLane(value, 8) ^ Pclmulqdq.CarrylessMultiply(value, by16, 0x10);
        value = Sse2.ShiftRightLogical128BitLane(value, 4) ^ Pclmulqdq.CarrylessMultiply(value & low32, by8, 0x00);
        var quotient = Pclmulqdq.CarrylessMultiply(value & low32, barrett, 0x10);
        value ^= Pclmulqdq.CarrylessMultiply(quotient & low32, barrett, 0x00);
        return value.AsUInt32().GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> FoldInto(Vector128<ulong> value, Vector128<ulong> by, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(value, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, by, 0x11) ^ next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Load(ref byte start, int offset) =>
        Vector128.LoadUnsafe(ref start, (nuint)offset).AsUInt64();

    private static uint[] CreateTable()
    {
        var table = new uint[256];
        for (var index = 0u; index < table.Length; index++)
        {
            var value = index;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ Polynomial;
            }

            table[index] = value;
        }

        return table;
    }
}
