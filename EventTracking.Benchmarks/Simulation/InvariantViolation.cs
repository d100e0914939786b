namespace EventTracking.Benchmarks.Simulation;

/// <summary>Something that must always hold does not.</summary>
internal sealed class InvariantViolation(string invariant, string what) : Exception($"{invariant}: {what}")
{
    /// <summary>The invariant's name, as in the documentation.</summary>
    public string Invariant => invariant;
}

/// <summary>The names of what must hold.</summary>
internal static class Invariants
{
    public const string Tracked = "acknowledged-is-tracked";
    public const string FinalOrWaiting = "final-or-waiting";
    public const string NoNeedlessWait = "no-needless-wait";
    public const string NothingLost = "nothing-lost";
    public const string AppliedOnce = "applied-once";
    public const string OneHolder = "one-holder";
    public const string Attempts = "attempts-without-gaps";
    public const string ArchivedFirst = "archived-first";
    public const string ByteForByte = "byte-for-byte";
    public const string IndexesAgree = "indexes-agree";
    public const string StockEqual = "stock-equal";
    public const string NewestReading = "newest-reading";
    public const string ComesToRest = "comes-to-rest";
}
