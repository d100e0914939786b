using System.Buffers.Binary;
using EventTracking.Core.Resilience;

namespace EventTracking.Testing;

/// <summary>The engine's randomness from a seed: the same calls draw the same values in every run.</summary>
internal sealed class SeededRandom(int seed) : RandomSource
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);

    public override double NextFraction()
    {
        lock (gate)
        {
            return random.NextDouble();
        }
    }

    // As in a version 7 UUID, the milliseconds come first, so names sort by time.
    public override Guid NextName(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (gate)
        {
            random.NextBytes(bytes);
        }

        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(now.ToUnixTimeMilliseconds() >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)now.ToUnixTimeMilliseconds());
        return new Guid(bytes, bigEndian: true);
    }
}
