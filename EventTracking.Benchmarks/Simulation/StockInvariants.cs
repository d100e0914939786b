namespace EventTracking.Benchmarks.Simulation;

/// <summary>The names of what must hold of the stock integration.</summary>
internal static class StockInvariants
{
    public const string StockEqual = "stock-equal";
    public const string NewestReading = "newest-reading";
}
