namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>
/// Limits how many records one call of a listing may read. Queries start small, because the first one fills most pages, and
/// grow if filters leave little of what they read. The queries of a round share what is left.
/// </summary>
/// <param name="firstPage">Number of records that each of the first queries reads.</param>
/// <param name="maxExamined">Maximum number of records that all queries together may read, unless that is less than <see cref="MinPageSize"/> for each.</param>
internal sealed class ListingBudget(int firstPage, int maxExamined = 10_000)
{
    /// <summary>Rounds of parallel queries; one call skips as many days without events.</summary>
    private const int MaxRounds = 32;

    /// <summary>The row at a cursor, which is left out, and one more: with less, a call could return the cursor that it was given.</summary>
    private const int MinPageSize = 2;

    private const int MaxPageSize = 625;
    private const int Growth = 4;

    private int pageSize = Math.Min(firstPage, MaxPageSize);
    private int left = maxExamined;
    private int least = MinPageSize;
    private int rounds;

    /// <summary>Whether too little is left for the queries of a round.</summary>
    public bool IsSpent => left < least || rounds >= MaxRounds;

    /// <summary>Makes the first round fill a page nearly always, given that events are spread at random.</summary>
    public static ListingBudget For(int wanted, int streams) => new((2 * wanted / streams) + 4);

    /// <summary>How many records each of so many queries at once may read.</summary>
    public int Share(int queries)
    {
        least = Math.Max(least, MinPageSize * queries);
        return Math.Max(MinPageSize, Math.Min(pageSize, left / queries));
    }

    public void Spend(int records)
    {
        rounds++;
        left -= records;
        pageSize = records == 0 ? pageSize : Math.Min(pageSize * Growth, MaxPageSize);
    }
}
