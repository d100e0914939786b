namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>A page of a product search. Its rows are lists of values; the metadata names their columns.</summary>
/// <param name="Rows">The rows of the page.</param>
/// <param name="Next">The number of the first row of the next page; null for the last page.</param>
internal sealed record BrightpearlSearch(IReadOnlyList<BrightpearlRow> Rows, long? Next)
{
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
            return values.Count > Math.Max(id, sku)
                ? new BrightpearlRow(values[id].Number(), values[sku].TextOrNull())
                : throw new RemoteFieldException($"'{row.Path}' has fewer values than there are columns");
        }

        // A page that does not advance would be read again and again.
        long Next(RemoteField last) => last.Number() is < long.MaxValue and var number && number >= first ? number + 1 : throw new RemoteFieldException($"'{last.Path}' is not on the page");
    }
}

/// <summary>A row of a product search.</summary>
internal sealed record BrightpearlRow(long ProductId, string? Sku);
