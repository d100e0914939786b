namespace EventTracking.Testing.Aws.Metering;

/// <summary>What AWS bills by the piece.</summary>
internal enum Meter
{
    WriteUnits,
    ReadUnits,
    PutRequests,
    GetRequests,
    QueueRequests,
}

/// <summary>One position of a bill: what one request costs in one place.</summary>
/// <param name="Meter">What is billed.</param>
/// <param name="Subject">The table, <c>table/index</c>, bucket or queue.</param>
/// <param name="Operation">The operation; of one that was refused by its condition, or brought nothing, a word behind it says so.</param>
/// <param name="Amount">Units or requests.</param>
/// <param name="Messages">Of a queue: the messages that the request was about.</param>
/// <param name="Bytes">Of a bucket: what it stores, or has read.</param>
/// <param name="Key">Of a table: the sort key of the item.</param>
internal sealed record Charge(Meter Meter, string Subject, string Operation, double Amount, int Messages = 0, long Bytes = 0, string? Key = null)
{
    public const string Refused = "refused";
    public const string Empty = "empty";
}
