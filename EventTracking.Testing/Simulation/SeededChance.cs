using EventTracking.Core.Resilience;

namespace EventTracking.Testing.Simulation;

/// <summary>The engine's randomness, which depends only on the seed and the time, so that it does not matter which thread draws first.</summary>
internal sealed class SeededChance(Luck luck, Timeline timeline) : RandomSource
{
    private int names;

    public override double NextFraction() => luck.Fraction($"jitter/{timeline.Now.Ticks}");

    public override Guid NextName(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, luck.Hash($"name/{timeline.Now.Ticks}/{Interlocked.Increment(ref names)}"));
        BitConverter.TryWriteBytes(bytes[8..], names);
        return new Guid(bytes);
    }
}
