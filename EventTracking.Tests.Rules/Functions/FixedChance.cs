using EventTracking.Core;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>Draws the same fraction every time.</summary>
internal sealed class FixedChance(double fraction) : Chance
{
    public override double NextFraction() => fraction;
}
