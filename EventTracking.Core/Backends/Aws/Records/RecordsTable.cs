namespace EventTracking.Core.Backends.Aws.Records;

/// <summary>The names of the integrations' records table. An item also has the members of the record's JSON object as attributes.</summary>
internal static class RecordsTable
{
    /// <summary>Number of partition keys over which records are spread, by the low four bits of their ids.</summary>
    public const int Shards = 16;

    /// <summary>Hash key, text: <c>{collection}#{shard}</c>.</summary>
    public const string PartitionKey = "pk";

    /// <summary>Range key of the table and of the index, number: the record's id.</summary>
    public const string SortKey = "sk";

    /// <summary>Sparse index of <see cref="Label"/> and <see cref="SortKey"/> that carries all attributes.</summary>
    public const string ByLabel = "discrepancies";

    /// <summary>
    /// Text: <c>{label}#{shard}</c> while the record has a label. Named after the first label, because an index cannot be
    /// renamed.
    /// </summary>
    public const string Label = "drift";

    /// <summary>Binary: a new random value per write, so that a writer recognises changes by others and its own write.</summary>
    public const string Version = "v";
}
