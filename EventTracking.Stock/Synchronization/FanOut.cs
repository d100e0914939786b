using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Synchronization;

/// <summary>
/// Emits one event per product for a Brightpearl webhook that names several (<c>1-5,99,202</c>). Their ids are derived from the
/// webhook's event, so a second run after a crash finds the events of the first run.
/// </summary>
internal sealed class FanOut(EventRoutes routes, TimeProvider time) : TrackedFunction<BrightpearlIdSet>
{
    /// <summary>The maximum number of products of one webhook. A larger number is not a stock change but a mistake, such as <c>1-999999999</c>.</summary>
    private const int MaxProducts = 10_000;

    /// <summary>The number of events made durable at once.</summary>
    private const int ChunkSize = 250;

    protected override BrightpearlIdSet ReadMessage(PayloadRecord payload, EventMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var ids = BrightpearlMessage.Read(payload.Body.Span).Ids
            ?? throw new FunctionException("The payload does not name any ids. Expected a JSON object or a form with an id or an id set.", "payload/no-ids", transient: false);
        return BrightpearlIdSet.TryParse(ids, out var set, out var reason)
            ? set
            : throw new FunctionException($"The id set cannot be read: {reason}.", "payload/invalid-id-set", transient: false);
    }

    protected override async Task<Outcome> HandleAsync(BrightpearlIdSet message, EventContext context, CancellationToken cancellationToken)
    {
        var topic = context.Event.Topic;
        if (routes.FunctionFor(Topics.FanOutSource, topic) == EventRoutes.Unrouted)
        {
            return Outcome.Ignored($"No function handles the topic '{topic}'.");
        }

        if (message.Count > MaxProducts)
        {
            throw new FunctionException($"The id set names {message.Count} products, but one webhook may name at most {MaxProducts}.", "payload/id-set-too-large", transient: false);
        }

        foreach (var chunk in message.Take(MaxProducts).Chunk(ChunkSize))
        {
            await context.EmitAsync([.. chunk.Select(id => ProductEvents.Compose(Topics.FanOutSource, context.Event.Account, topic, id, context, time.GetUtcNow()))], cancellationToken);
        }

        context.Step($"{message.Count} products sent");
        return Outcome.Succeeded;
    }
}
