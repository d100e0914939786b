using System.Text.Json;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>A page of a product search. Its rows are lists of values; the metadata names their columns.</summary>
/// <param name="Rows">The rows of the page.</param>
/// <param name="Next">The number of the first row of the next page; null for the last page.</param>
internal sealed record BrightpearlSearch(IReadOnlyList<BrightpearlRow> Rows, long? Next)
{
    /// <summary>How many rows the search finds on all pages.</summary>
    public long Total { get; private init; }

    /// <summary>Reads a page of the whole catalog, whose rows also say whether the stock is tracked. No column says whether a product is a bundle: https://api-docs.brightpearl.com/product/product/search.html</summary>
    public static BrightpearlSearch ReadCatalog(RemoteField response, long first)
    {
        var columns = response["metaData"]["columns"];
        var names = columns.Elements().Select(column => column["name"].Text()).ToList();
        var tracked = names.FindIndex(column => string.Equals(column, "stockTracked", StringComparison.OrdinalIgnoreCase));
        if (tracked < 0)
        {
            throw new RemoteFieldException($"'{columns.Path}' has no 'stockTracked'");
        }

        var page = Read(response, first);

        // Where the list does not say, the product itself is asked before it is linked.
        var rows = response["results"].Elements().Zip(page.Rows, (row, read) => read with
        {
            StockTracked = row.Elements().Skip(tracked).FirstOrDefault() is not { Value.ValueKind: JsonValueKind.False },
        });
        return page with { Rows = [.. rows], Total = response["metaData"]["resultsAvailable"].Number() };
    }

    /// <param name="response">The response.</param>
    /// <param name="first">The number of the first row that was asked for.</param>
    public static BrightpearlSearch Read(RemoteField response, long first)
    {
        var meta = response["metaData"];
        var columns = meta["columns"];
        var names = columns.Elements().Select(column => column["name"].Text()).ToList();
        var (id, sku) = (Column("productId"), Column("SKU"));
        var rows = response["results"].Elements().Select(Row).ToList();
        return new BrightpearlSearch(rows, meta["morePagesAvailable"].Flag() ? Next(meta["lastResult"]) : null);

        int Column(string name) => names.FindIndex(column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
            ? index
            : throw new RemoteFieldException($"'{columns.Path}' has no '{name}'");

        BrightpearlRow Row(RemoteField row)
        {
            var values = row.Elements().ToList();
            return values.Count > Math.Max(id, sku) && values[sku].Sku() is var read
                ? new BrightpearlRow(values[id].Number(), read.Text) { SkuFault = read.Fault }
                : throw new RemoteFieldException($"'{row.Path}' has fewer values than there are columns");
        }

        // A page that does not advance would be read again and again.
        long Next(RemoteField last) => last.Number() is < long.MaxValue and var number && number >= first ? number + 1 : throw new RemoteFieldException($"'{last.Path}' is not on the page");
    }
}

/// <summary>A row of a product search.</summary>
internal sealed record BrightpearlRow(long ProductId, string? Sku)
{
    /// <summary>Whether the stock is tracked; read only with the whole catalog.</summary>
    public bool StockTracked { get; init; }

    /// <summary>Why its SKU cannot be used; null if it can, or if there is none.</summary>
    public string? SkuFault { get; init; }
}
