namespace EventTracking.Testing.Simulation;

/// <summary>The names of the invariants.</summary>
internal static class Invariants
{
    public const string Tracked = "acknowledged-is-tracked";
    public const string FinalOrWaiting = "final-or-waiting";
    public const string NoNeedlessWait = "no-needless-wait";
    public const string NothingLost = "nothing-lost";
    public const string AppliedOnce = "applied-once";
    public const string ReplayedOnce = "replayed-once";
    public const string OneHolder = "one-holder";
    public const string Attempts = "attempts-without-gaps";
    public const string ArchivedFirst = "archived-first";
    public const string ByteForByte = "byte-for-byte";
    public const string IndexesAgree = "indexes-agree";
    public const string ComesToRest = "comes-to-rest";
}
