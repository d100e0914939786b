namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>
/// Limits how many records one call of a listing may read. Queries start small, because the first one fills most pages, and
/// grow if filters leave little of what they read.
/// </summary>
/// <param name="firstPage">Number of records that each of the first queries reads.</param>
/// <param name="maxExamined">Maximum number of records that all queries together may read.</param>
internal sealed class ListingBudget(int firstPage, int maxExamined = 10_000)
{
    /// <summary>Rounds of parallel queries; one call skips as many days without events.</summary>
    private const int MaxRounds = 32;

    private const int MaxPageSize = 625;
    private const int Growth = 4;

    private int examined;
    private int rounds;

    public int PageSize { get; private set; } = Math.Min(firstPage, MaxPageSize);

    public bool IsSpent => examined >= maxExamined || rounds >= MaxRounds;

    /// <summary>Makes the first round fill a page nearly always, given that events are spread at random.</summary>
    public static ListingBudget For(int wanted, int streams) => new((2 * wanted / streams) + 4);

    public void Spend(int records)
    {
        rounds++;
        examined += records;
        PageSize = records == 0 ? PageSize : Math.Min(PageSize * Growth, MaxPageSize);
    }
}
