using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// The names of the ledger's table: keys, indexes and attributes. Every attribute is text unless stated otherwise; times
/// are numbers of 100 ns units since the year 1. Longer names cost more per write, but events are few and short-lived
/// enough for readable ones.
/// </summary>
internal static class EventsTable
{
    /// <summary>Hash key: <c>{yyyy-MM-dd}#{shard}</c>, both derived from the event id.</summary>
    public const string PartitionKey = "pk";

    /// <summary>Range key of the table and of each index but <see cref="ByAttentionTime"/>: the event id.</summary>
    public const string SortKey = "sk";

    /// <summary>Index of <see cref="Entity"/> and <see cref="SortKey"/>, keys only; written once, when an event is created.</summary>
    public const string ByEntity = "by-entity";

    /// <summary>Sparse index of <see cref="Attention"/> and <see cref="SortKey"/> that carries <see cref="Summary"/>: what the sweeper walks.</summary>
    public const string ByAttention = "attention";

    /// <summary>Sparse index of <see cref="Attention"/> and <see cref="UpdatedAt"/> that carries <see cref="Summary"/>: what operators list.</summary>
    public const string ByAttentionTime = "attention-by-time";

    /// <summary>Sparse index of <see cref="WaitingOn"/> and <see cref="SortKey"/>, keys only.</summary>
    public const string ByDependency = "by-dependency";

    /// <summary>
    /// <c>{status}#{shard}</c> while an event is failed, retrying or waiting, <c>requeued#{shard}</c> while it is queued again and
    /// has not been claimed since, and <c>late#{shard}</c> while it is <see cref="EventRecord.IsLate"/>.
    /// </summary>
    public const string Attention = "attention";

    /// <summary>The prefix of <see cref="Attention"/> for an event that is queued again.</summary>
    public const string Requeued = "requeued";

    /// <summary>The prefix of <see cref="Attention"/> for an event that is still to run long after the time in its id.</summary>
    public const string Late = "late";

    /// <summary>Number, seconds since 1970: the table's time to live. Present exactly while the event is final.</summary>
    public const string ExpiresAt = "expires_at";

    public const string Entity = "entity";
    public const string WaitingOn = "waiting_on";
    public const string Source = "source";
    public const string Account = "account";
    public const string Topic = "topic";
    public const string Function = "function";

    /// <summary>Number.</summary>
    public const string ReceivedAt = "received_at";

    /// <summary>Binary if the trace id is hexadecimal.</summary>
    public const string Trace = "trace_id";

    /// <summary>Absent on records of earlier versions.</summary>
    public const string Delivery = "delivery_id";

    public const string Causation = "causation_id";

    /// <summary>Omitted if it equals the event's own id.</summary>
    public const string Correlation = "correlation_id";

    public const string Status = "status";

    /// <summary>Number.</summary>
    public const string UpdatedAt = "updated_at";

    /// <summary>Number: attempts made so far.</summary>
    public const string Attempts = "attempts";

    /// <summary>
    /// Number: the end of the lease while processing. Records from an earlier version also store the end of a backoff here.
    /// </summary>
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

    /// <summary>Binary: the hash of what is stored in front of a payload's body.</summary>
    public const string HeadHash = "head";

    /// <summary>The fingerprint of a failure that needs attention, and what lists show about the failure (<see cref="FailureFacts.Pack"/>).</summary>
    public const string Fingerprint = "fingerprint";

    /// <summary>Message of a failure that needs attention.</summary>
    public const string Error = "error";

    /// <summary>List of maps: the attempts. The number of the last one is <see cref="Attempts"/>.</summary>
    public const string Runs = "runs";

    /// <summary>List of maps.</summary>
    public const string History = "history";

    /// <summary>The name of <see cref="History"/> in an earlier version. A record keeps it until it is next written as a whole.</summary>
    public const string OldHistory = "interventions";

    /// <summary>The name of the status queued in an earlier version.</summary>
    public const string OldQueued = "received";

    /// <summary>List of event ids.</summary>
    public const string Effects = "effects";

    /// <summary>Number.</summary>
    public const string EffectCount = "effect_count";

    /// <summary>List of event ids: the replays with an edited payload.</summary>
    public const string Edits = "edits";

    /// <summary>Number: how often the event was postponed since it was last queued again; absent if it was not.</summary>
    public const string Postponed = "postponed";

    /// <summary>Number: how many replays and releases are not in <see cref="History"/> any more; absent if there are none.</summary>
    public const string Forgotten = "history_dropped";

    /// <summary>
    /// Number: the form of the item. Absent for the first, which is the only one so far. A version that changes what other attributes mean
    /// writes the next number, and this one then leaves the item alone. An attribute that is only added needs no other form: it is kept.
    /// </summary>
    public const string Format = "format";

    /// <summary>The newest form that this version can read.</summary>
    public const int NewestFormat = 1;

    /// <summary>Binary: a new random value per write, so that a writer recognises changes by others and its own write.</summary>
    public const string Version = "v";

    /// <summary>Binary: set by the put that created the record; absent if a claim created it.</summary>
    public const string Creation = "created_by";

    /// <summary>The attributes that both indexes by attention carry in addition to the keys.</summary>
    public static readonly IReadOnlyList<string> Summary =
    [
        Source, Account, Topic, Function, Entity, ReceivedAt, Trace, Causation, Correlation,
        Status, UpdatedAt, Attempts, WaitingOn, Fingerprint, Error,
    ];
}
