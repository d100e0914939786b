using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Functions;

/// <summary>A unit of processing with one queue and one handler. Derive from <see cref="TrackedFunction{TMessage}"/>.</summary>
public abstract class TrackedFunction
{
    private protected TrackedFunction()
    {
    }

    /// <summary>
    /// True if an event only notifies that something changed and the handler reads the current state. Several events for one
    /// entity in a batch then share the run of the newest one, and the others end as superseded by it.
    /// </summary>
    protected internal virtual bool IsNotification => false;

    /// <summary>
    /// How long an event would have to wait now before it could do anything, e.g. because the calls that another system allows are
    /// used up; zero if it can run. While it is positive, hosts leave the events in the queue and nothing is recorded. It is read before
    /// every batch, so it must not make a call. It only saves cost: what finds out later that it must wait throws <see cref="PostponedException"/>.
    /// </summary>
    protected internal virtual TimeSpan ReadyIn => TimeSpan.Zero;

    /// <summary>
    /// How many events per second a bulk replay may send while it chooses its rate itself, e.g. a quarter of the calls that another system
    /// allows, so that the rest is left to what happens now; null, the default, limits nothing.
    /// </summary>
    protected internal virtual double? ReplaysPerSecond => null;

    /// <summary>
    /// Why a replay of the function's events cannot help, in a sentence that says what to do instead; null, the default, if it may. Replays
    /// are then refused with this reason, and plans of bulk replays leave the events out.
    /// </summary>
    protected internal virtual string? ReplayIsFutile => null;

    /// <summary>
    /// Whether each single failure with this code must reach an operator, e.g. because law sets a deadline for it. Of other failures
    /// operators are told once per cause, and further ones are only counted.
    /// </summary>
    /// <param name="code">The code of the failure; null if it has none.</param>
    protected internal virtual bool IsObligation(string? code) => false;

    /// <summary>
    /// Describes why an attempt failed. Override it to add what the general description cannot know. Secrets are always masked
    /// afterwards.
    /// </summary>
    protected internal virtual Failure DescribeFailure(Exception exception, EventContext context) =>
        FailureCapture.Describe(exception, context);

    internal abstract Task<Outcome> RunAsync(PayloadRecord payload, EventContext context, CancellationToken cancellationToken);
}

/// <summary>
/// The base class of every function. The engine archives the payload, claims the event, enforces the deadline, captures failures,
/// and records steps, outcome, metrics and trace. A subclass reads and handles one message.
/// </summary>
/// <typeparam name="TMessage">The type that the payload is read as.</typeparam>
public abstract class TrackedFunction<TMessage> : TrackedFunction
    where TMessage : notnull
{
    /// <summary>Reads the payload, e.g. with <see cref="PayloadJson.ReadJson{TMessage}"/>.</summary>
    /// <param name="payload">The payload that arrived.</param>
    /// <param name="metadata">The event's metadata, including the entity that it is about; an edited replay has no entity.</param>
    /// <exception cref="FunctionException">The payload is not what the function expects: permanent.</exception>
    protected abstract TMessage ReadMessage(PayloadRecord payload, EventMetadata metadata);

    /// <summary>
    /// Handles one event, at least once: if the process dies, the next attempt repeats what this one did. Events of the same entity
    /// in a batch never run at the same time.
    /// </summary>
    /// <param name="message">The message that <see cref="ReadMessage"/> returned.</param>
    /// <param name="context">The event, and what this attempt records and emits.</param>
    /// <param name="cancellationToken">Canceled when <see cref="FunctionSettings.Timeout"/> has passed or the process stops; pass it on.</param>
    /// <returns>The outcome. An exception fails the attempt; a <see cref="FunctionException"/> states whether to retry it.</returns>
    protected abstract Task<Outcome> HandleAsync(TMessage message, EventContext context, CancellationToken cancellationToken);

    internal sealed override Task<Outcome> RunAsync(PayloadRecord payload, EventContext context, CancellationToken cancellationToken) =>
        HandleAsync(ReadMessage(payload, context.Event), context, cancellationToken);
}
