using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Functions;

/// <summary>
/// Handles the events that no other function may have, and says why. Their payload is archived. What is understood ends as ignored, and
/// can still be replayed once a function handles its topic; what does not say what happened, or says it at a length at which nobody does,
/// fails, so that somebody looks at it.
/// </summary>
internal sealed class UnroutedFunction(EventRoutes routes) : TrackedFunction<PayloadRecord>
{
    protected override PayloadRecord ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload;

    protected override Task<Outcome> HandleAsync(PayloadRecord message, EventContext context, CancellationToken cancellationToken)
    {
        var (source, account, topic) = (context.Event.Source, context.Event.Account, context.Event.Topic);
        foreach (var (name, text) in new[] { ("account", account), ("topic", topic) })
        {
            if (DeliveryLimits.IsCut(text))
            {
                throw new FunctionException(
                    $"The delivery from '{source}' has a name of more than {DeliveryLimits.TextLength} characters for its {name}, and the record shows only the beginning. No real one is that long: check who sends it. The payload is kept as it came.", "payload/too-long", transient: false);
            }
        }

        if (routes.ServedInsteadOf(source, account) is { } served)
        {
            return Task.FromResult(Outcome.Ignored($"{served.Reason}: the delivery names the account '{account}' of '{source}', but this service serves '{served.Account}'."));
        }

        return topic == EventRoutes.UnknownTopic
            ? throw new FunctionException(
                $"The delivery from '{source}' does not say what happened: it names no topic, or several. Check what the sender is set up to send, and whether a proxy removes headers.", "payload/not-understood", transient: false)
            : Task.FromResult(Outcome.Ignored($"No function handles the topic '{topic}' of '{source}'."));
    }
}
