using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// The rows of one key of the index by time, newest first. An index may return rows of the same time in any order and over
/// several pages, so they are held back until all of them were fetched, and then come in the order of their ids.
/// </summary>
/// <param name="query">The query, whose range includes both ends.</param>
/// <param name="below">The position below which the walk starts; null starts at the newest row.</param>
internal sealed class TimeStream(QueryRequest query, string? below) : RowStream(query, TimeOrder.Of)
{
    private readonly List<Dictionary<string, AttributeValue>> open = [];

    public override async Task<int> FetchAsync(IAmazonDynamoDB database, int limit, CancellationToken cancellationToken)
    {
        var (from, examined) = (Reached ?? below, 0);
        do
        {
            var response = await FetchPageAsync(database, limit, cancellationToken);
            examined += response.ScannedCount ?? 0;
            foreach (var row in response.Items ?? [])
            {
                if (open.Count > 0 && TimeOrder.AboveTimeOf(row) != TimeOrder.AboveTimeOf(open[0]))
                {
                    Close();
                }

                open.Add(row);
            }

            Reached = IsFetched ? Reached : TimeOrder.AboveTimeOf(response.LastEvaluatedKey!);
            if (open.Count > 0 && (IsFetched || TimeOrder.AboveTimeOf(open[0]) != Reached))
            {
                Close();
            }
        }
        // A walk that ends within a time could only begin that time again, so it goes on to its end: as many rows as there
        // are events that changed within one tick.
        while (!IsFetched && from is not null && string.CompareOrdinal(Reached, from) >= 0);

        return examined;
    }

    private void Close()
    {
        Add(open.Where(row => below is null || string.CompareOrdinal(TimeOrder.Of(row), below) < 0).OrderByDescending(TimeOrder.Of, StringComparer.Ordinal));
        open.Clear();
    }
}
