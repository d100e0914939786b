using System.Globalization;
using EventTracking.Core.Functions;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>
/// Sets quantities, many with each call. A call is all or nothing, so the rows that an answer names are left out and the others are sent
/// again, a few times as they are and then in halves, down to single rows. A row that took effect nevertheless is stale then, and its
/// caller reads it again.
/// </summary>
internal sealed class ShopifyWriter(ShopifyGraph graph, ShopifyQueries queries)
{
    /// <summary>https://shopify.dev/docs/api/usage/limits#input-array-limits</summary>
    private const int RowsPerCall = 250;

    private const int MaxResends = 3;

    public async Task<IReadOnlyList<ShopifyRowResult>> SetAsync(IReadOnlyList<ShopifyChange> changes, string reference, CancellationToken cancellationToken)
    {
        var results = new ShopifyRowResult?[changes.Count];
        try
        {
            foreach (var rows in Calls(changes))
            {
                await SetAsync(changes, rows, 0, reference, results, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is ConnectorException or PostponedException && Array.Exists(results, result => result is not null))
        {
            // What is known of the other rows must not get lost, and another call would only meet the same failure.
            return [.. results.Select(result => result ?? new ShopifyRowResult.Refused(failure))];
        }

        return [.. results.Select(result => result!)];
    }

    /// <summary>Distributes the changes, by index, over calls. Shopify refuses both of two rows for one item and location, so the later one goes into a later call.</summary>
    private static IEnumerable<int[]> Calls(IReadOnlyList<ShopifyChange> changes) => Enumerable.Range(0, changes.Count)
        .GroupBy(row => (changes[row].InventoryItemId, changes[row].LocationId))
        .SelectMany(same => same.Select((row, earlier) => (Row: row, Earlier: earlier)))
        .GroupBy(row => row.Earlier, row => row.Row)
        .OrderBy(rows => rows.Key)
        .SelectMany(rows => rows.Order().Chunk(RowsPerCall));

    private async Task SetAsync(IReadOnlyList<ShopifyChange> changes, int[] rows, int resends, string reference, ShopifyRowResult?[] results, CancellationToken cancellationToken)
    {
        var answer = ShopifySetAnswer.Read(await SendAsync([.. rows.Select(row => changes[row])], reference, cancellationToken), rows.Length);
        for (var index = 0; index < rows.Length; index++)
        {
            results[rows[index]] = answer[index];
        }

        int[] again = [.. rows.Where(row => results[row] is null)];
        if (again.Length == 0)
        {
            return;
        }

        // As a whole only if that is a new call: Shopify refuses the key of a failed one.
        var size = again.Length < rows.Length && resends < MaxResends ? again.Length : (again.Length + 1) / 2;
        foreach (var part in again.Chunk(size))
        {
            await SetAsync(changes, part, resends + 1, reference, results, cancellationToken);
        }
    }

    private Task<List<ShopifyUserError>> SendAsync(IReadOnlyList<ShopifyChange> changes, string reference, CancellationToken cancellationToken) => graph.AskAsync(
        queries.SetAvailable,
        new SetVariables(new SetInput("available", "correction", reference, [.. changes.Select(RowOf)]), IdempotencyKey.For(reference, changes).ToString()),
        ShopifyJson.Default.SetCall,
        data => data["inventorySetQuantities"]["userErrors"].Elements().Select(ShopifyUserError.Read).ToList(),
        cancellationToken);

    private static SetQuantity RowOf(ShopifyChange change) => new(
        ShopifyClient.ItemPrefix + change.InventoryItemId.ToString(CultureInfo.InvariantCulture),
        ShopifyClient.LocationPrefix + change.LocationId.ToString(CultureInfo.InvariantCulture),
        change.Quantity,
        change.ChangeFrom);
}
