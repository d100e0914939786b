using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Functions;

/// <summary>A unit of processing: one queue, one handler. Derive from <see cref="TrackedFunction{TMessage}"/>.</summary>
public abstract class TrackedFunction
{
    private protected TrackedFunction()
    {
    }

    /// <summary>
    /// True where the event only says that something changed and the handler reads the current state: several events for one
    /// entity in a batch then share one run of the newest, and the others end as superseded by it.
    /// </summary>
    protected internal virtual bool IsNotification => false;

    /// <summary>
    /// Tells why an attempt failed. Override to add what a general description cannot know; secrets are masked afterwards
    /// in any case.
    /// </summary>
    protected internal virtual Failure DescribeFailure(Exception exception, EventContext context) =>
        FailureCapture.Describe(exception, context);

    internal abstract Task<Outcome> RunAsync(PayloadRecord payload, EventContext context, CancellationToken cancellationToken);
}

/// <summary>
/// The base of every function. Archive, claim, steps, deadline, failure capture, outcome, metrics and trace are inherited;
/// a subclass reads and handles one message.
/// </summary>
/// <typeparam name="TMessage">What the payload is read as.</typeparam>
public abstract class TrackedFunction<TMessage> : TrackedFunction
    where TMessage : notnull
{
    /// <summary>Reads the payload, e.g. with <see cref="PayloadJson.ReadJson{TMessage}"/>.</summary>
    /// <param name="payload">What arrived.</param>
    /// <param name="metadata">The event, with the entity that it is about; an edited replay has none.</param>
    /// <exception cref="FunctionException">The payload is not what the function expects: permanent.</exception>
    protected abstract TMessage ReadMessage(PayloadRecord payload, EventMetadata metadata);

    /// <summary>
    /// Handles one event, at least once: what an attempt did before its process died is done again by the next. Of the events of
    /// one entity in a batch, one runs at a time.
    /// </summary>
    /// <param name="message">What <see cref="ReadMessage"/> returned.</param>
    /// <param name="context">The event, and what this attempt notes and emits.</param>
    /// <param name="cancellationToken">Cancelled when <see cref="FunctionSettings.Timeout"/> is over or the process stops; pass it on.</param>
    /// <returns>How it ended. An exception fails the attempt; <see cref="FunctionException"/> decides whether it is retried.</returns>
    protected abstract Task<Outcome> HandleAsync(TMessage message, EventContext context, CancellationToken cancellationToken);

    internal sealed override Task<Outcome> RunAsync(PayloadRecord payload, EventContext context, CancellationToken cancellationToken) =>
        HandleAsync(ReadMessage(payload, context.Event), context, cancellationToken);
}
