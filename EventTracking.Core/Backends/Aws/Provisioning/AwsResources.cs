using Amazon.DynamoDBv2;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Records;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>
/// What exists in AWS for the product, and nothing else does: two tables, a bucket, and two queues a function. Whatever
/// creates or checks them takes it from here.
/// </summary>
internal sealed class AwsResources(IOptions<AwsOptions> options, IOptions<EventTrackingOptions> engine, IEnumerable<FunctionRegistration> functions)
{
    /// <summary>The longest that SQS keeps a message.</summary>
    private static readonly TimeSpan MessageRetention = TimeSpan.FromDays(14);

    private static readonly SortKeyDefinition EventId = new(EventsTable.SortKey, ScalarAttributeType.S);
    private static readonly SortKeyDefinition ProductId = new(ProductsTable.SortKey, ScalarAttributeType.N);

    /// <summary>The ledger. Two of its indexes hold only what needs attention, so that the happy path writes one of them.</summary>
    public TableDefinition Events => new(
        options.Value.EventsTable,
        new(EventsTable.PartitionKey, EventId),
        [
            new(EventsTable.ByEntity, new(EventsTable.Entity, EventId), ProjectionType.KEYS_ONLY, []),
            new(EventsTable.ByAttention, new(EventsTable.Attention, EventId), ProjectionType.INCLUDE, EventsTable.Summary),
            new(EventsTable.ByDependency, new(EventsTable.WaitingOn, EventId), ProjectionType.KEYS_ONLY, []),
        ],
        EventsTable.ExpiresAt);

    /// <summary>The catalog. Its index holds only products whose quantities differ.</summary>
    public TableDefinition Products => new(
        options.Value.ProductsTable,
        new(ProductsTable.PartitionKey, ProductId),
        [new(ProductsTable.Discrepancies, new(ProductsTable.Drift, ProductId), ProjectionType.ALL, [])],
        TimeToLiveAttribute: null);

    /// <summary>The payload archive.</summary>
    public BucketDefinition Payloads => new(options.Value.PayloadBucket, "payloads/", options.Value.PayloadArchiveDays, engine.Value.PayloadRetentionDays);

    /// <summary>A queue a function.</summary>
    public IEnumerable<QueueDefinition> Queues => functions.Select(function => QueueOf(function.Name));

    /// <summary>The queue of a function of this name.</summary>
    public QueueDefinition QueueOf(string function) =>
        new($"{options.Value.QueuePrefix}{function}", $"{options.Value.QueuePrefix}{function}{DeadLetterSuffix}", MessageRetention, IWorkQueue.ReceivesBeforeDeadLetter);

    /// <summary>Behind the name of a queue it names the queue of its dead letters.</summary>
    public const string DeadLetterSuffix = "-dead";
}

/// <summary>A table: its indexes are global ones, and all of it is billed on demand and can be restored to any second.</summary>
internal sealed record TableDefinition(string Name, KeyDefinition Key, IReadOnlyList<IndexDefinition> Indexes, string? TimeToLiveAttribute);

/// <summary>The partition key, which is text everywhere, and the sort key.</summary>
internal sealed record KeyDefinition(string Partition, SortKeyDefinition Sort);

/// <summary>A sort key: text or a number.</summary>
internal sealed record SortKeyDefinition(string Name, ScalarAttributeType Type);

/// <summary>An index, and which attributes it repeats.</summary>
internal sealed record IndexDefinition(string Name, KeyDefinition Key, ProjectionType Projection, IReadOnlyList<string> Attributes);

/// <summary>A bucket that is closed to the public, encrypted by S3, and whose objects below the prefix move to an archive tier and end.</summary>
internal sealed record BucketDefinition(string Name, string Prefix, int ArchiveDays, int RetentionDays);

/// <summary>A standard queue with its dead letters, both encrypted by SQS.</summary>
internal sealed record QueueDefinition(string Name, string DeadLetters, TimeSpan Retention, int MaxReceiveCount);
