namespace EventTracking.Testing.Simulation;

/// <summary>An invariant does not hold.</summary>
internal sealed class InvariantViolation(string invariant, string what) : Exception($"{invariant}: {what}")
{
    /// <summary>The invariant's name, as in the documentation.</summary>
    public string Invariant => invariant;
}
