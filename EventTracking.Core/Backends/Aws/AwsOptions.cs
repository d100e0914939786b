namespace EventTracking.Core.Backends.Aws;

/// <summary>
/// The names that the AWS backend uses, from the configuration section <c>EventTracking:Aws</c>. Region, credentials and the
/// address of an emulator come from the standard AWS settings: <c>AWS_REGION</c>, the credential chain, <c>AWS_ENDPOINT_URL</c>.
/// </summary>
internal sealed class AwsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "EventTracking:Aws";

    /// <summary>DynamoDB table of the ledger.</summary>
    public string EventsTable { get; set; } = "event-tracking-events";

    /// <summary>
    /// DynamoDB table of the integrations' own records, named after the first collection because a table cannot be renamed.
    /// </summary>
    public string RecordsTable { get; set; } = "event-tracking-products";

    /// <summary>S3 bucket of the payload archive. Bucket names are unique across AWS, so production sets its own name.</summary>
    public string PayloadBucket { get; set; } = "event-tracking-payloads";

    /// <summary>Prefix of queue names: a queue is named <c>{prefix}{function}</c>, and its dead-letter queue adds <c>-dead</c>.</summary>
    public string QueuePrefix { get; set; } = "event-tracking-";

    /// <summary>
    /// Days after which an object of at least 128 KB moves to an archive tier with immediate access, by its own age. S3 does not move
    /// smaller ones, and ten ordinary payloads make about 24 KB: compaction joins such segments two days after they were written.
    /// </summary>
    public int PayloadArchiveDays { get; set; } = 30;
}
