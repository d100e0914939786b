using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Events;

/// <summary>
/// The store of event metadata: one record per event, never the payload. Every method is one complete, atomic operation that is
/// durable when it returns; the conditions that each method names decide between concurrent callers.
/// All methods throw <see cref="StoreUnavailableException"/> if the store does not respond; nothing is guaranteed to be stored then.
/// </summary>
internal interface IEventLedger
{
    /// <summary>The number of attempts kept per event. Older attempts are dropped; their numbers are not reused.</summary>
    const int AttemptsKept = 20;

    /// <summary>The number of effects kept per event by id; further effects are only counted.</summary>
    const int EffectsKept = 100;

    /// <summary>The number of replays with an edited payload that a record names.</summary>
    const int EditedReplaysKept = 20;

    /// <summary>The number of replays, releases and dismissals that a record names; earlier ones are only counted.</summary>
    const int HistoryKept = 100;

    /// <summary>The most events that are looked up by one call.</summary>
    const int FoundAtOnce = 100;

    /// <summary>For how long a list of what waits for an entity may lack an event that has begun to; zero if it never does.</summary>
    TimeSpan ListingLag => TimeSpan.Zero;

    /// <summary>How many later events of an entity are looked at, newest first.</summary>
    const int LaterKept = 25;

    /// <summary>Returns the record, or null if there is none.</summary>
    Task<EventRecord?> FindAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>Returns the records of up to <see cref="FoundAtOnce"/> events, in any order, without those that do not exist. It sees every write that completed before the call.</summary>
    Task<IReadOnlyList<EventRecord>> FindAsync(IReadOnlyCollection<EventId> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the events of each entity whose ids are later than the given one, the newest <see cref="LaterKept"/> of each entity, in
    /// any order. The cost depends on the entities, not on the events that are asked about. Writes of the last second may be missing.
    /// </summary>
    Task<IReadOnlyList<EventSummary>> ListLaterAsync(IReadOnlyCollection<LaterQuery> entities, CancellationToken cancellationToken);

    /// <summary>
    /// Starts an attempt: sets the status to processing, increments the attempt number, and stores the lease and the payload
    /// pointer. A claim succeeds if the event has no record yet (the claim creates one), if it is queued, if it is retrying and its
    /// backoff is over, or if it is processing and the caller knows that the lease of the running attempt has ended
    /// (<see cref="Claim.Over"/>). If several callers claim an event, only one succeeds. No clock decides who holds an event.
    /// </summary>
    Task<ClaimResult> ClaimAsync(Claim claim, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the steps of a running attempt. Returns false if the attempt no longer holds the event. An attempt also loses its event
    /// when the event's work item becomes a dead letter; the event then fails with the code <c>dead-letter</c>.
    /// </summary>
    Task<bool> CheckpointAsync(EventId id, int attempt, IReadOnlyList<Step> steps, CancellationToken cancellationToken);

    /// <summary>
    /// Completes an attempt. Returns false and changes nothing if the attempt no longer holds the event. If several attempts failed
    /// with the same fingerprint, only the newest keeps its stack trace; see <see cref="AttemptHistory.End"/>.
    /// </summary>
    Task<bool> CompleteAsync(Completion completion, CancellationToken cancellationToken);

    /// <summary>
    /// Sets an event back to queued so that it runs again, if its status is one of <see cref="Requeue.From"/> and, if these are
    /// given, it waits on <see cref="Requeue.WaitingOn"/>, its function is one of <see cref="Requeue.Functions"/> and it has made
    /// <see cref="Requeue.Attempts"/>. A job (<see cref="HistoryEntry.Job"/>) sets an event back at most once. The caller
    /// sends the work item afterwards; if it crashes in between, <see cref="ListRequeuedAsync"/> finds the event.
    /// </summary>
    Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken);

    /// <summary>Ends an event without a run, because it is dismissed or has waited too long, if its status is one of <see cref="CloseRequest.From"/>. A job ends an event at most once.</summary>
    Task<TransitionResult> CloseAsync(CloseRequest request, CancellationToken cancellationToken);

    /// <summary>Notes on an event's record that another event is a replay of it with an edited payload. Returns false if the event has no record. A repeated call changes nothing.</summary>
    Task<bool> AddEditedReplayAsync(EventId id, EventId edited, CancellationToken cancellationToken);

    /// <summary>Returns a page of events, newest first by <see cref="EventQuery.Order"/>. Paging neither skips nor repeats an event that does not change meanwhile.</summary>
    Task<EventPage> ListAsync(EventQuery query, CancellationToken cancellationToken);

    /// <summary>Returns events that wait for a dependency, oldest first, after a given id.</summary>
    Task<IReadOnlyList<EventId>> ListWaitingAsync(EntityKey dependency, EventId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Returns events that were set back to queued and not claimed since, oldest id first. A crash may have prevented the send of their work item.</summary>
    Task<IReadOnlyList<EventSummary>> ListRequeuedAsync(EventId? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Lists an event as late although it was not when it got its status: it has been queued or processing for so long that the search by
    /// id will not come to it again. Returns false and changes nothing if it is neither, or is listed already. A claim sets it anew.
    /// </summary>
    Task<bool> MarkLateAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>Returns events that are late (<see cref="EventRecord.IsLate"/>) and not listed as requeued, oldest id first.</summary>
    Task<IReadOnlyList<EventSummary>> ListLateAsync(EventId? after, int limit, CancellationToken cancellationToken);
}

/// <summary>The events of an entity after an id.</summary>
internal readonly record struct LaterQuery(EntityKey Entity, EventId After)
{
    /// <summary>Asks once for each entity, for what is later than the first of its events.</summary>
    public static IReadOnlyCollection<LaterQuery> Of(IEnumerable<(EntityKey Entity, EventId Id)> events) =>
        [.. events.GroupBy(one => one.Entity, one => one.Id).Select(group => new LaterQuery(group.Key, group.Min()))];
}

/// <summary>A claim of an event for one attempt.</summary>
/// <param name="Event">The event's metadata, from which the claim creates the record if intake has not written it yet.</param>
/// <param name="Payload">Where the payload was archived; null leaves a stored pointer as it is.</param>
/// <param name="Now">The start of the attempt.</param>
/// <param name="LeaseUntil">The end of the lease by the same clock. What counts is the time between the two.</param>
internal sealed record Claim(EventMetadata Event, PayloadPointer? Payload, DateTimeOffset Now, DateTimeOffset LeaseUntil)
{
    /// <summary>The number of the attempt whose lease is over, if the event is still processing it; null if the caller knows of none.</summary>
    public int? Over { get; init; }
}

/// <summary>The result of a claim.</summary>
internal abstract record ClaimResult
{
    /// <summary>The claim succeeded. The record shows the state after the claim, with the new attempt last.</summary>
    internal sealed record Claimed(EventRecord Record) : ClaimResult;

    /// <summary>Another attempt holds the event.</summary>
    /// <param name="Attempt">Its number.</param>
    /// <param name="Until">The end of its lease by the clock of its host, which may be wrong.</param>
    /// <param name="Longest">How much longer it can hold the event, whatever the clocks show.</param>
    internal sealed record Leased(int Attempt, DateTimeOffset Until, TimeSpan Longest) : ClaimResult;

    /// <summary>The backoff of the event is not over.</summary>
    /// <param name="Left">How long it still lasts; never longer than the whole backoff.</param>
    internal sealed record TooEarly(TimeSpan Left) : ClaimResult;

    /// <summary>There is nothing to run: the event is final, or it waits and will be sent again when it is released.</summary>
    internal sealed record NotRunnable(EventStatus Status) : ClaimResult;
}

/// <summary>The completion of an attempt.</summary>
/// <param name="Id">The event.</param>
/// <param name="Attempt">The finished attempt. Its number is the fencing token, and its outcome becomes the event's status.</param>
/// <param name="WaitingOn">The dependency, if the event waits.</param>
/// <param name="Effects">The events that this attempt caused.</param>
internal sealed record Completion(EventId Id, Attempt Attempt, EntityKey? WaitingOn, IReadOnlyList<EventId> Effects)
{
    public EventStatus Status => Attempt.Outcome ?? throw new InvalidOperationException("The attempt of a completion must have an outcome.");

    public DateTimeOffset Now => Attempt.EndedAt ?? throw new InvalidOperationException("The attempt of a completion must have an end time.");

    /// <summary>The values in the payload by which operators search for the event. Storing them again changes nothing.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The end of the backoff if the event is retried, by the clock of <see cref="Now"/>; no claim succeeds before it. Null allows a claim at once.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>A request to set an event back to queued. The store fills in <see cref="HistoryEntry.AfterAttempt"/> from the record.</summary>
internal sealed record Requeue(EventId Id, IReadOnlyCollection<EventStatus> From, EntityKey? WaitingOn, HistoryEntry HistoryEntry)
{
    /// <summary>The function to send the event to from now on; null keeps the function of the record.</summary>
    public string? Function { get; init; }

    /// <summary>The number of attempts that the event must have made; null allows any. Who planned the replay has seen no more of them.</summary>
    public int? Attempts { get; init; }

    /// <summary>The registered functions. An event of another function is refused, because nothing would run it. Null allows any function.</summary>
    public IReadOnlySet<string>? Functions { get; init; }
}

/// <summary>A request to end an event without a run.</summary>
/// <param name="Id">The event.</param>
/// <param name="Status">The final status: dismissed or failed.</param>
/// <param name="HistoryEntry">Who dismissed the event, if it is dismissed; the store fills in the attempt number.</param>
/// <param name="Failure">Why the event failed, if it failed.</param>
/// <param name="Now">When the event ends.</param>
internal sealed record CloseRequest(EventId Id, EventStatus Status, HistoryEntry? HistoryEntry, Failure? Failure, DateTimeOffset Now)
{
    /// <summary>The statuses in which the event may be closed; those that need attention by default. The work item of an event that is to be retried finds nothing to run when it comes back.</summary>
    public IReadOnlyCollection<EventStatus> From { get; init; } = [EventStatus.Failed, EventStatus.Waiting, EventStatus.Retrying];

    /// <inheritdoc cref="Requeue.Attempts"/>
    public int? Attempts { get; init; }
}

/// <summary>The result of a transition that an operator or the sweeper requested.</summary>
internal abstract record TransitionResult
{
    /// <summary>The transition was made. The record shows the state afterwards.</summary>
    internal sealed record Done(EventRecord Record) : TransitionResult;

    /// <summary>The event's status does not allow the transition.</summary>
    internal sealed record Refused(EventStatus Status) : TransitionResult;

    /// <summary>The event's function is not one of <see cref="Requeue.Functions"/>.</summary>
    internal sealed record FunctionUnknown(string Function) : TransitionResult;

    /// <summary>The job that the history entry names has made the transition before. The record shows the present state.</summary>
    internal sealed record Repeated(EventRecord Record) : TransitionResult;

    /// <summary>There is no such event.</summary>
    internal sealed record NotFound : TransitionResult;
}
