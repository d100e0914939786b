using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Events;

/// <summary>
/// The metadata store: one record an event, never the payload. Every method is one complete, atomic operation that is
/// durable when it returns; concurrent callers are decided by the conditions each method names.
/// All of them throw <see cref="StoreUnavailableException"/> when the store did not answer: nothing was promised then.
/// </summary>
internal interface IEventLedger
{
    /// <summary>Attempts kept; older ones are dropped, their numbers are not used again.</summary>
    const int AttemptsKept = 20;

    /// <summary>Effects kept by id; more are only counted.</summary>
    const int EffectsKept = 100;

    /// <summary>The record, or null.</summary>
    Task<EventRecord?> FindAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>
    /// Starts an attempt: status processing, attempt number + 1, lease, payload pointer. Succeeds from received, from
    /// retrying once the backoff is over, from processing once the lease has expired, and where there is no record yet (it
    /// creates it). Of several callers one wins.
    /// </summary>
    Task<ClaimResult> ClaimAsync(Claim claim, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the steps of a running attempt. False when the attempt no longer holds the event, which it also loses when the
    /// event's work item becomes a dead letter: the event then fails with the code <c>dead-letter</c>.
    /// </summary>
    Task<bool> CheckpointAsync(EventId id, int attempt, IReadOnlyList<Step> steps, CancellationToken cancellationToken);

    /// <summary>
    /// Ends an attempt. False, and nothing changed, when another attempt holds the event by now. Of several failures with one
    /// fingerprint only the newest keeps its stack trace, by <see cref="AttemptHistory.End"/>.
    /// </summary>
    Task<bool> CompleteAsync(Completion completion, CancellationToken cancellationToken);

    /// <summary>
    /// Sets an event back to received so that it runs again, if its status is one of <see cref="Requeue.From"/> (and, where
    /// given, it waits on <see cref="Requeue.WaitingOn"/>, and its function is one of <see cref="Requeue.Functions"/>). The caller
    /// sends the work item afterwards; a crash between the two leaves an event that <see cref="ListRequeuedAsync"/> finds.
    /// </summary>
    Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken);

    /// <summary>Ends an event without a run (a dismissal, or waiting too long), if its status is one of <see cref="CloseRequest.From"/>.</summary>
    Task<TransitionResult> CloseAsync(CloseRequest request, CancellationToken cancellationToken);

    /// <summary>A page of events, newest first.</summary>
    Task<EventPage> ListAsync(EventQuery query, CancellationToken cancellationToken);

    /// <summary>Events that wait for a dependency, oldest first, after a given id.</summary>
    Task<IReadOnlyList<EventId>> ListWaitingAsync(EntityKey dependency, EventId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Events set back to received and not claimed since, oldest id first: those whose work item a crash may have lost.</summary>
    Task<IReadOnlyList<EventSummary>> ListRequeuedAsync(EventId? after, int limit, CancellationToken cancellationToken);
}

/// <summary>A claim of an event for one attempt.</summary>
/// <param name="Event">Used to create the record where intake's write is late.</param>
/// <param name="Payload">Where the payload was archived; null leaves a stored pointer as it is.</param>
/// <param name="Now">The start of the attempt.</param>
/// <param name="LeaseUntil">When others may take over.</param>
internal sealed record Claim(EventMetadata Event, PayloadPointer? Payload, DateTimeOffset Now, DateTimeOffset LeaseUntil);

/// <summary>What became of a claim.</summary>
internal abstract record ClaimResult
{
    /// <summary>The event is ours; the record is as it is after the claim, the new attempt last.</summary>
    internal sealed record Claimed(EventRecord Record) : ClaimResult;

    /// <summary>Another attempt holds it, or its backoff is not over.</summary>
    internal sealed record Leased(DateTimeOffset Until) : ClaimResult;

    /// <summary>There is nothing to run: it is final, or waits and will be sent again when it is released.</summary>
    internal sealed record NotRunnable(EventStatus Status) : ClaimResult;
}

/// <summary>The end of an attempt.</summary>
/// <param name="Id">The event.</param>
/// <param name="Attempt">The finished attempt: its number is the fence, its outcome becomes the event's status.</param>
/// <param name="WaitingOn">The dependency, for waiting.</param>
/// <param name="Effects">Events caused during this attempt.</param>
internal sealed record Completion(EventId Id, Attempt Attempt, EntityKey? WaitingOn, IReadOnlyList<EventId> Effects)
{
    public EventStatus Status => Attempt.Outcome ?? throw new InvalidOperationException("A completion needs an attempt with an outcome.");

    public DateTimeOffset Now => Attempt.EndedAt ?? throw new InvalidOperationException("A completion needs an attempt with an end.");

    /// <summary>For retrying, the end of the backoff: no claim succeeds before it. Null lets the next one.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>A return to received. <see cref="HistoryEntry.AfterAttempt"/> is filled by the store from the record.</summary>
internal sealed record Requeue(EventId Id, IReadOnlyCollection<EventStatus> From, EntityKey? WaitingOn, HistoryEntry HistoryEntry)
{
    /// <summary>Sends it to this function from now on; null keeps the record's.</summary>
    public string? Function { get; init; }

    /// <summary>The functions there are: an event of another one is refused, since nobody would run it. Null allows any.</summary>
    public IReadOnlySet<string>? Functions { get; init; }
}

/// <summary>An end without a run.</summary>
/// <param name="Id">The event.</param>
/// <param name="Status">Dismissed or failed.</param>
/// <param name="HistoryEntry">Who dismissed it, for dismissed; the store fills in the attempt number.</param>
/// <param name="Failure">Why, for failed.</param>
/// <param name="Now">When.</param>
internal sealed record CloseRequest(EventId Id, EventStatus Status, HistoryEntry? HistoryEntry, Failure? Failure, DateTimeOffset Now)
{
    /// <summary>The statuses that it may have now; failed and waiting if nothing else is said.</summary>
    public IReadOnlyCollection<EventStatus> From { get; init; } = [EventStatus.Failed, EventStatus.Waiting];
}

/// <summary>What became of a transition that an operator or the sweeper asked for.</summary>
internal abstract record TransitionResult
{
    /// <summary>Done; the record is as it is afterwards.</summary>
    internal sealed record Done(EventRecord Record) : TransitionResult;

    /// <summary>The event's status does not allow it.</summary>
    internal sealed record Refused(EventStatus Status) : TransitionResult;

    /// <summary>Its function is none of <see cref="Requeue.Functions"/>.</summary>
    internal sealed record FunctionUnknown(string Function) : TransitionResult;

    /// <summary>There is no such event.</summary>
    internal sealed record NotFound : TransitionResult;
}
