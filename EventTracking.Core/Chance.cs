using System.Security.Cryptography;

namespace EventTracking.Core;

/// <summary>Where the engine takes chance from: the jitter of its delays, and names that must meet no other. One place, so that a simulation can seed it.</summary>
public class Chance
{
    private const int Resolution = 1 << 20;

    /// <summary>From 0 up to, but not, 1.</summary>
    public virtual double NextFraction() => (double)RandomNumberGenerator.GetInt32(Resolution) / Resolution;

    /// <summary>A name that nobody else has, in order of time.</summary>
    public virtual Guid NextName(DateTimeOffset now) => Guid.CreateVersion7(now);
}
