using Amazon.DynamoDBv2;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Records;
using EventTracking.Core.Configuration;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>
/// The only definition of the product's AWS resources: two tables, a bucket, and two queues per function. Everything that
/// creates or checks resources reads them from here.
/// </summary>
internal sealed class AwsResources(IOptions<AwsOptions> options, IOptions<EventTrackingOptions> engine, FunctionRegistry functions)
{
    /// <summary>The maximum retention of SQS messages.</summary>
    private static readonly TimeSpan MessageRetention = TimeSpan.FromDays(14);

    private static readonly SortKeyDefinition EventId = new(EventsTable.SortKey, ScalarAttributeType.S);
    private static readonly SortKeyDefinition UpdatedAt = new(EventsTable.UpdatedAt, ScalarAttributeType.N);
    private static readonly SortKeyDefinition RecordId = new(RecordsTable.SortKey, ScalarAttributeType.N);

    /// <summary>The ledger. All of its indexes but the first hold only events that need attention, so the happy path writes to just one index.</summary>
    public TableDefinition Events => new(
        options.Value.EventsTable,
        new(EventsTable.PartitionKey, EventId),
        [
            new(EventsTable.ByEntity, new(EventsTable.Entity, EventId), ProjectionType.KEYS_ONLY, []),
            new(EventsTable.ByAttention, new(EventsTable.Attention, EventId), ProjectionType.INCLUDE, EventsTable.Summary),
            new(EventsTable.ByAttentionTime, new(EventsTable.Attention, UpdatedAt), ProjectionType.INCLUDE, [.. EventsTable.Summary.Where(attribute => attribute != EventsTable.UpdatedAt)]),
            new(EventsTable.ByDependency, new(EventsTable.WaitingOn, EventId), ProjectionType.KEYS_ONLY, []),
        ],
        EventsTable.ExpiresAt);

    /// <summary>The integrations' own records. Its index holds only records with a label.</summary>
    public TableDefinition Records => new(
        options.Value.RecordsTable,
        new(RecordsTable.PartitionKey, RecordId),
        [new(RecordsTable.ByLabel, new(RecordsTable.Label, RecordId), ProjectionType.ALL, [])],
        TimeToLiveAttribute: null);

    /// <summary>The payload archive.</summary>
    public BucketDefinition Payloads => new(options.Value.PayloadBucket, "payloads/", options.Value.PayloadArchiveDays, engine.Value.PayloadRetentionDays);

    /// <summary>The queues, one per function.</summary>
    public IEnumerable<QueueDefinition> Queues => functions.Names.Select(QueueOf);

    /// <summary>The queue of the given function.</summary>
    public QueueDefinition QueueOf(string function) =>
        new($"{options.Value.QueuePrefix}{function}", $"{options.Value.QueuePrefix}{function}{DeadLetterSuffix}", MessageRetention, IWorkQueue.ReceivesBeforeDeadLetter);

    /// <summary>Appended to the name of a queue, gives the name of its dead-letter queue.</summary>
    public const string DeadLetterSuffix = "-dead";
}

/// <summary>A table with global indexes, on-demand billing and point-in-time recovery.</summary>
internal sealed record TableDefinition(string Name, KeyDefinition Key, IReadOnlyList<IndexDefinition> Indexes, string? TimeToLiveAttribute);

/// <summary>The partition key, which is always text, and the sort key.</summary>
internal sealed record KeyDefinition(string Partition, SortKeyDefinition Sort);

/// <summary>A sort key: text or a number.</summary>
internal sealed record SortKeyDefinition(string Name, ScalarAttributeType Type);

/// <summary>An index and the attributes that it projects.</summary>
internal sealed record IndexDefinition(string Name, KeyDefinition Key, ProjectionType Projection, IReadOnlyList<string> Attributes);

/// <summary>A private bucket, encrypted by S3, that moves objects below the prefix to an archive tier and later deletes them.</summary>
internal sealed record BucketDefinition(string Name, string Prefix, int ArchiveDays, int RetentionDays);

/// <summary>A standard queue and its dead-letter queue, both encrypted by SQS.</summary>
internal sealed record QueueDefinition(string Name, string DeadLetters, TimeSpan Retention, int MaxReceiveCount);
