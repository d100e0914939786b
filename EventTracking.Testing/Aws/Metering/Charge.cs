namespace EventTracking.Testing.Aws.Metering;

/// <summary>The units that AWS bills.</summary>
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
/// <param name="Operation">The operation; if its condition failed or it returned nothing, a word after it says so.</param>
/// <param name="Amount">Units or requests.</param>
/// <param name="Messages">For a queue: the number of messages in the request.</param>
/// <param name="Bytes">For a bucket: the bytes stored or read.</param>
/// <param name="Key">For a table: the sort key of the item.</param>
internal sealed record Charge(Meter Meter, string Subject, string Operation, double Amount, int Messages = 0, long Bytes = 0, string? Key = null)
{
    public const string Refused = "refused";
    public const string Empty = "empty";
}
