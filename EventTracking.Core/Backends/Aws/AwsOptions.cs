namespace EventTracking.Core.Backends.Aws;

/// <summary>
/// Where the AWS backend keeps things, from the configuration section <c>EventTracking:Aws</c>. Region, credentials and an
/// emulator's address come from where every AWS tool takes them: <c>AWS_REGION</c>, the credential chain, <c>AWS_ENDPOINT_URL</c>.
/// </summary>
internal sealed class AwsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "EventTracking:Aws";

    /// <summary>DynamoDB table of the ledger.</summary>
    public string EventsTable { get; set; } = "event-tracking-events";

    /// <summary>DynamoDB table of the integrations' own records. Named after the first of them, since a table cannot be renamed.</summary>
    public string RecordsTable { get; set; } = "event-tracking-products";

    /// <summary>S3 bucket of the payload archive. Bucket names are unique in all of AWS, so production names its own.</summary>
    public string PayloadBucket { get; set; } = "event-tracking-payloads";

    /// <summary>A function's queue is named by this and the function's name, its dead-letter queue by <c>-dead</c> behind that.</summary>
    public string QueuePrefix { get; set; } = "event-tracking-";

    /// <summary>
    /// Days after which a segment of 128 KB or more moves to the archive tier that is still readable at once. S3 moves no smaller
    /// one, and one of ten ordinary payloads has about 24 KB: it serves large batches and large payloads.
    /// </summary>
    public int PayloadArchiveDays { get; set; } = 30;
}
