namespace EventTracking.Benchmarks.Simulation;

/// <summary>The names of the invariants of the stock integration.</summary>
internal static class StockInvariants
{
    public const string StockEqual = "stock-equal";
    public const string NewestReading = "newest-reading";
}
