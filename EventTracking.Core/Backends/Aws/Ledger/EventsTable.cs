namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// The ledger's table by its names: keys, indexes and attributes. Every attribute is text unless said otherwise; times are
/// numbers of 100 ns since the year 1. Names are paid for with every write, but a short life leaves room for ones that can be read.
/// </summary>
internal static class EventsTable
{
    /// <summary>Hash key: <c>{yyyy-MM-dd}#{shard}</c>, both from the event id.</summary>
    public const string PartitionKey = "pk";

    /// <summary>Range key of the table and of each index: the event id.</summary>
    public const string SortKey = "sk";

    /// <summary>Index of <see cref="Entity"/> and <see cref="SortKey"/>, keys only; written once, when an event is created.</summary>
    public const string ByEntity = "by-entity";

    /// <summary>Sparse index of <see cref="Attention"/> and <see cref="SortKey"/> that carries <see cref="Summary"/>.</summary>
    public const string ByAttention = "attention";

    /// <summary>Sparse index of <see cref="WaitingOn"/> and <see cref="SortKey"/>, keys only.</summary>
    public const string ByDependency = "by-dependency";

    /// <summary>
    /// <c>{status}#{shard}</c> while an event is failed, retrying or waiting, and <c>requeued#{shard}</c> while it was set back
    /// to received and not claimed since.
    /// </summary>
    public const string Attention = "attention";

    /// <summary>What <see cref="Attention"/> starts with for an event that was set back to received.</summary>
    public const string Requeued = "requeued";

    /// <summary>Number, seconds since 1970: the table's time to live. There exactly while the event is final.</summary>
    public const string ExpiresAt = "expires_at";

    public const string Entity = "entity";
    public const string WaitingOn = "waiting_on";
    public const string Source = "source";
    public const string Account = "account";
    public const string Topic = "topic";
    public const string Function = "function";

    /// <summary>Number.</summary>
    public const string ReceivedAt = "received_at";

    /// <summary>Binary where it is hexadecimal.</summary>
    public const string Trace = "trace_id";

    public const string Causation = "causation_id";

    /// <summary>Left out where it is the event's own id.</summary>
    public const string Correlation = "correlation_id";

    public const string Status = "status";

    /// <summary>Number.</summary>
    public const string UpdatedAt = "updated_at";

    /// <summary>Number: attempts made so far.</summary>
    public const string Attempts = "attempts";

    /// <summary>Number: the end of the lease while an event is processing. Records of an earlier version also have the end of a backoff here.</summary>
    public const string LeaseUntil = "lease_until";

    /// <summary>Number: the end of the backoff while an event is retrying.</summary>
    public const string RetryAt = "retry_at";

    public const string Segment = "segment";

    /// <summary>Number.</summary>
    public const string Offset = "offset";

    /// <summary>Number.</summary>
    public const string Length = "length";

    /// <summary>Binary.</summary>
    public const string Sha256 = "sha256";

    /// <summary>Fingerprint of a failure that calls for attention.</summary>
    public const string Fingerprint = "fingerprint";

    /// <summary>Message of a failure that calls for attention.</summary>
    public const string Error = "error";

    /// <summary>List of maps: the attempts, the last one's number being <see cref="Attempts"/>.</summary>
    public const string Runs = "runs";

    /// <summary>List of maps.</summary>
    public const string History = "history";

    /// <summary>What <see cref="History"/> was called in an earlier version. A record has it until it is written as a whole.</summary>
    public const string OldHistory = "interventions";

    /// <summary>What the status queued was called in an earlier version.</summary>
    public const string OldQueued = "received";

    /// <summary>List of event ids.</summary>
    public const string Effects = "effects";

    /// <summary>Number.</summary>
    public const string EffectCount = "effect_count";

    /// <summary>Binary: drawn anew by every write, so that a writer recognises a change by others and a write of its own.</summary>
    public const string Version = "v";

    /// <summary>Binary: drawn by the put that created the record; absent where a claim did.</summary>
    public const string Creation = "created_by";

    /// <summary>What <see cref="ByAttention"/> carries beside the keys.</summary>
    public static readonly IReadOnlyList<string> Summary =
    [
        Source, Account, Topic, Function, Entity, ReceivedAt, Trace, Causation, Correlation,
        Status, UpdatedAt, Attempts, WaitingOn, Fingerprint, Error,
    ];
}
