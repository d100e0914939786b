using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Benchmarks.Cost;

/// <summary>
/// List prices in US dollars of us-east-1, without discounts or free tiers, as of 2026-11-23. The sources are the pages
/// "Amazon DynamoDB pricing: on-demand capacity" with its section on backups, "Amazon S3 pricing" and "Amazon SQS pricing".
/// </summary>
internal static class Prices
{
    public const double MillionWriteUnits = 0.625;
    public const double MillionReadUnits = 0.125;
    public const double MillionPuts = 5.00;
    public const double MillionGets = 0.40;
    public const double MillionQueueRequests = 0.40;

    /// <summary>For a table and its indexes; storage counts 100 bytes more per item and index entry than requests do.</summary>
    public const double TableGigabyteMonth = 0.25;

    /// <summary>Point-in-time recovery, billed by the size of the table and its indexes.</summary>
    public const double RecoveryGigabyteMonth = 0.20;

    public const double StandardGigabyteMonth = 0.023;
    public const double ArchiveGigabyteMonth = 0.004;
    public const double MillionArchivings = 20.00;

    /// <summary>S3 does not move smaller objects; in the archive tier each would be billed at this size.</summary>
    public const int SmallestArchivedBytes = 128 * 1024;

    public const double GigabyteBytes = 1024.0 * 1024 * 1024;

    public static double OfMillion(Meter meter) => meter switch
    {
        Meter.WriteUnits => MillionWriteUnits,
        Meter.ReadUnits => MillionReadUnits,
        Meter.PutRequests => MillionPuts,
        Meter.GetRequests => MillionGets,
        Meter.QueueRequests => MillionQueueRequests,
        _ => throw new ArgumentOutOfRangeException(nameof(meter)),
    };
}
