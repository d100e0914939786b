using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>Merges several streams in the order of their rows; a single position serves as the cursor of all of them.</summary>
internal sealed class ShardMerge<T>(IAmazonDynamoDB database, IReadOnlyList<RowStream> streams, bool descending, Func<Dictionary<string, AttributeValue>, T> read)
{
    private static readonly Comparer<string?> Ascending = Comparer<string?>.Create(string.CompareOrdinal);

    private static readonly Comparer<string?> Descending = Comparer<string?>.Create((left, right) => string.CompareOrdinal(right, left));

    private readonly Comparer<string?> order = descending ? Descending : Ascending;
    private string? last;

    /// <summary>Takes rows until it has as many as wanted, the streams end, or the budget is spent.</summary>
    /// <returns>The position up to which all rows were taken; null if the streams have ended.</returns>
    public async Task<string?> TakeAsync(List<T> taken, int wanted, ListingBudget budget, CancellationToken cancellationToken)
    {
        do
        {
            var starved = streams.Where(stream => stream.IsStarved).ToList();
            if (starved.Count > 0)
            {
                var share = budget.Share(starved.Count);
                var examined = await Task.WhenAll(starved.Select(stream => stream.FetchAsync(database, share, cancellationToken)));
                budget.Spend(examined.Sum());
            }

            Drain(taken, wanted);
            if (streams.All(stream => stream.IsAtEnd))
            {
                return null;
            }
        }
        while (taken.Count < wanted && !budget.IsSpent);

        return taken.Count < wanted ? Bound() : last;
    }

    /// <summary>Takes as many rows as wanted, without a limit on how many records it reads.</summary>
    public async Task<List<T>> TakeAllAsync(int wanted, CancellationToken cancellationToken)
    {
        List<T> taken = [];
        while (taken.Count < wanted && await TakeAsync(taken, wanted, ListingBudget.For(wanted, streams.Count), cancellationToken) is not null)
        {
            // A short page would be mistaken for the last one.
        }

        return taken;
    }

    /// <summary>Takes the rows before the position that every stream has reached.</summary>
    private void Drain(List<T> taken, int wanted)
    {
        var bound = Bound();
        while (taken.Count < wanted && streams.Where(stream => stream.Head is not null).MinBy(stream => stream.Head, order) is { } next
            && (bound is null || order.Compare(next.Head, bound) <= 0))
        {
            last = next.Head;
            taken.Add(read(next.Take()));
        }
    }

    /// <summary>Returns null if every stream has been fetched to its end.</summary>
    private string? Bound() => streams.Where(stream => !stream.IsFetched).Select(stream => stream.Reached).Min(order);
}
