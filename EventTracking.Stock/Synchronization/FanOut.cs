using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Synchronization;

/// <summary>
/// Emits one event per product for a Brightpearl webhook that names several (<c>1-5,99,202</c>). Their ids are derived from the
/// webhook's event, so a second run after a crash finds the events of the first run. A webhook that does not say what happened to which
/// ids, or contradicts itself, ends here as failed, with what is wrong.
/// </summary>
internal sealed class FanOut(EventRoutes routes, TimeProvider time) : TrackedFunction<FanOutMessage>
{
    /// <summary>The maximum number of products of one webhook. A larger number is not a stock change but a mistake, such as <c>1-999999999</c>.</summary>
    private const int MaxProducts = 10_000;

    /// <summary>The number of events made durable at once.</summary>
    private const int ChunkSize = 250;

    protected override FanOutMessage ReadMessage(PayloadRecord payload, EventMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(metadata);
        var message = BrightpearlMessage.Read(payload.Body.Span);

        // An edited payload may say what the original did not.
        if ((metadata.Topic == EventRoutes.UnknownTopic ? message.Topic : metadata.Topic) is not { } topic)
        {
            var missing = message.Ids is null ? "neither an event nor ids" : "no event";
            throw new FunctionException(
                $"The payload names {missing}.{message.Explanation} Expected a JSON object or a form with fullEvent, or resourceType and lifecycleEvent, and with an id or an id set.",
                "payload/not-understood",
                transient: false);
        }

        if (message.FindContradiction(topic) is { } contradiction)
        {
            throw new FunctionException(contradiction, "payload/not-understood", transient: false);
        }

        if (message.HasTooManyIds)
        {
            throw new FunctionException($"The payload names more than {BrightpearlMessage.MaxIds} ids or ranges of ids, which are not read. Nothing was sent.", "payload/id-set-too-large", transient: false);
        }

        var ids = message.Ids
            ?? throw new FunctionException($"The payload does not name any ids.{message.Explanation} Expected a JSON object or a form with an id or an id set.", "payload/no-ids", transient: false);
        return BrightpearlIdSet.TryParse(ids, out var set, out var reason)
            ? new FanOutMessage(topic, set)
            : throw new FunctionException($"The id set cannot be read: {reason}.", "payload/invalid-id-set", transient: false);
    }

    protected override async Task<Outcome> HandleAsync(FanOutMessage message, EventContext context, CancellationToken cancellationToken)
    {
        var (topic, ids) = message;
        if (routes.FunctionFor(Topics.FanOutSource, topic) == EventRoutes.Unrouted)
        {
            return Outcome.Ignored($"No function handles the topic '{topic}'.");
        }

        if (ids.Count > MaxProducts)
        {
            throw new FunctionException($"The id set names {ids.Count} products, but one webhook may name at most {MaxProducts}.", "payload/id-set-too-large", transient: false);
        }

        foreach (var chunk in ids.Take(MaxProducts).Chunk(ChunkSize))
        {
            await context.EmitAsync([.. chunk.Select(id => ProductEvents.Compose(Topics.FanOutSource, context.Event.Account, topic, id, context, time.GetUtcNow()))], cancellationToken);
        }

        context.Step($"{ids.Count} products sent");
        return Outcome.Succeeded;
    }
}

/// <summary>What happened to which ids.</summary>
internal sealed record FanOutMessage(string Topic, BrightpearlIdSet Ids);
