using System.Security.Cryptography;

namespace EventTracking.Core.Resilience;

/// <summary>
/// The engine's source of randomness, for the jitter of its delays and for unique names. All randomness comes from this class,
/// so that a simulation can seed it.
/// </summary>
public class RandomSource
{
    private const int Resolution = 1 << 20;

    /// <summary>Returns a number of at least 0 and less than 1.</summary>
    public virtual double NextFraction() => (double)RandomNumberGenerator.GetInt32(Resolution) / Resolution;

    /// <summary>Returns a unique name. Names sort by time.</summary>
    public virtual Guid NextName(DateTimeOffset now) => Guid.CreateVersion7(now);
}
