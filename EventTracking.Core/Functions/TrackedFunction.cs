using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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
    protected internal virtual bool IsTrigger => false;

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
/// a subclass handles one message.
/// </summary>
/// <typeparam name="TMessage">What the payload is read as.</typeparam>
/// <param name="messageType">Source-generated metadata of the message type.</param>
public abstract class TrackedFunction<TMessage>(JsonTypeInfo<TMessage> messageType) : TrackedFunction
    where TMessage : notnull
{
    /// <summary>Handles one event. An exception fails the attempt; see <see cref="FunctionException"/> for what is retried.</summary>
    protected abstract Task<Outcome> HandleAsync(TMessage message, EventContext context, CancellationToken cancellationToken);

    /// <summary>Reads the payload; by default as JSON.</summary>
    /// <exception cref="FunctionException">The payload is not what the function expects: permanent.</exception>
    protected virtual TMessage ReadMessage(PayloadRecord payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        try
        {
            return JsonSerializer.Deserialize(payload.Body.Span, messageType)
                ?? throw new FunctionException("The payload is JSON null.", "payload/null", transient: false);
        }
        catch (JsonException exception)
        {
            throw new FunctionException($"The payload is not a {typeof(TMessage).Name}: {exception.Message}", "payload/invalid-json", transient: false, exception);
        }
    }

    internal sealed override Task<Outcome> RunAsync(PayloadRecord payload, EventContext context, CancellationToken cancellationToken)
    {
        var message = ReadMessage(payload);
        context.Step("message read");
        return HandleAsync(message, context, cancellationToken);
    }
}
