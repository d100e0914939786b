namespace EventTracking.Core.Backends.Aws.Records;

/// <summary>The table of integrations' records by its names. Beside these attributes an item has the members of the record's JSON object.</summary>
internal static class RecordsTable
{
    /// <summary>Records are spread over so many partition keys by the low four bits of their ids.</summary>
    public const int Shards = 16;

    /// <summary>Hash key, text: <c>{collection}#{shard}</c>.</summary>
    public const string PartitionKey = "pk";

    /// <summary>Range key of the table and of the index, number: the record's id.</summary>
    public const string SortKey = "sk";

    /// <summary>Sparse index of <see cref="Label"/> and <see cref="SortKey"/> that carries all attributes.</summary>
    public const string ByLabel = "discrepancies";

    /// <summary>Text: <c>{label}#{shard}</c> while the record carries a label. Named after the first one, since an index cannot be renamed.</summary>
    public const string Label = "drift";

    /// <summary>Binary: drawn by every write, so that a writer recognises a change by others and a write of its own.</summary>
    public const string Version = "v";
}
