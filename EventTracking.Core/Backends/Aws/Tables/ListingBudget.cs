namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>
/// What one call of a listing may look at. Its queries begin small, since most pages are filled by the first, and grow where
/// a filter leaves little of what they read.
/// </summary>
/// <param name="firstPage">Records that each of the first queries reads.</param>
/// <param name="maxExamined">Records that all of them may read.</param>
internal sealed class ListingBudget(int firstPage, int maxExamined = 10_000)
{
    /// <summary>Rounds of queries that are sent at once: as many days without any event are passed over in one call.</summary>
    private const int MaxRounds = 32;

    private const int MaxPageSize = 625;
    private const int Growth = 4;

    private int examined;
    private int rounds;

    public int PageSize { get; private set; } = Math.Min(firstPage, MaxPageSize);

    public bool IsSpent => examined >= maxExamined || rounds >= MaxRounds;

    /// <summary>Enough for one round to fill a page nearly always, the events being spread at random.</summary>
    public static ListingBudget For(int wanted, int streams) => new((2 * wanted / streams) + 4);

    public void Spend(int records)
    {
        rounds++;
        examined += records;
        PageSize = records == 0 ? PageSize : Math.Min(PageSize * Growth, MaxPageSize);
    }
}
