using EventTracking.Core;
using EventTracking.Core.Resilience;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>Draws the same fraction every time.</summary>
internal sealed class FixedRandom(double fraction) : RandomSource
{
    public override double NextFraction() => fraction;
}
