using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Synchronization;

/// <summary>
/// Makes one event a product of a Brightpearl webhook that names several (<c>1-5,99,202</c>), each caused by the webhook's event.
/// Their ids follow from it, so a second run after a crash finds the events of the first.
/// </summary>
internal sealed class FanOut(EventRoutes routes, TimeProvider time) : TrackedFunction<BrightpearlIdSet>
{
    /// <summary>Products of one webhook. More is no change of stock but a mistake, such as <c>1-999999999</c>.</summary>
    private const int MaxProducts = 10_000;

    /// <summary>Events made durable at once.</summary>
    private const int ChunkSize = 250;

    protected override BrightpearlIdSet ReadMessage(PayloadRecord payload, EventMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var ids = BrightpearlMessage.Read(payload.Body.Span).Ids
            ?? throw new FunctionException("The payload names no ids: it is neither a JSON object nor a form with an id in it.", "payload/no-ids", transient: false);
        return BrightpearlIdSet.TryParse(ids, out var set, out var reason)
            ? set
            : throw new FunctionException($"The id set cannot be read: {reason}", "payload/invalid-id-set", transient: false);
    }

    protected override async Task<Outcome> HandleAsync(BrightpearlIdSet message, EventContext context, CancellationToken cancellationToken)
    {
        var topic = context.Event.Topic;
        if (routes.FunctionFor(Topics.FanOutSource, topic) == EventRoutes.Unrouted)
        {
            return Outcome.Ignored($"No function handles '{topic}'.");
        }

        if (message.Count > MaxProducts)
        {
            throw new FunctionException($"The id set names {message.Count} products; at most {MaxProducts} are taken from one webhook.", "payload/id-set-too-large", transient: false);
        }

        foreach (var chunk in message.Take(MaxProducts).Chunk(ChunkSize))
        {
            await context.EmitAsync([.. chunk.Select(id => ComposeDelivery(id, context))], cancellationToken);
        }

        context.Step($"{message.Count} products sent");
        return Outcome.Succeeded;
    }

    private Delivery ComposeDelivery(long productId, EventContext context) => new()
    {
        Source = Topics.FanOutSource,
        Account = context.Event.Account,
        Topic = context.Event.Topic,
        DeliveryId = $"{context.Event.Id}/{productId}/{context.ReplayCount}",
        TriggeredAt = context.Event.Id.Time,
        Entity = Entities.Product(productId),
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
        Body = ProductChange.Compose(context.Event.Account, context.Event.Topic, productId, time.GetUtcNow()),
    };
}
