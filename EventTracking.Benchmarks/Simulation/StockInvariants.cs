namespace EventTracking.Benchmarks.Simulation;

/// <summary>The names of the invariants of the stock integration.</summary>
internal static class StockInvariants
{
    public const string StockEqual = "stock-equal";
    public const string NewestReading = "newest-reading";
    public const string NoQuantityFromAbsence = "no-quantity-from-absence";
    public const string OwnItem = "own-item";
    public const string OwnWarehouses = "own-warehouses";
    public const string NoFailureByLimit = "no-failure-by-limit";
}
