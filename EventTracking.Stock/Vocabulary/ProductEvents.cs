using EventTracking.Core.Functions;
using EventTracking.Core.Intake;

namespace EventTracking.Stock.Vocabulary;

/// <summary>Composes the events about single products that functions emit, in the format of Brightpearl's webhooks.</summary>
internal static class ProductEvents
{
    /// <summary>
    /// Composes an event about a product. Its id is derived from the event that causes it, so a second run after a crash finds the
    /// event of the first run, and a replay causes another one.
    /// </summary>
    /// <param name="source">The source, which decides to which function the topic goes.</param>
    /// <param name="account">Brightpearl's account.</param>
    /// <param name="topic">Brightpearl's name of the event.</param>
    /// <param name="productId">The product.</param>
    /// <param name="cause">The event that emits this one.</param>
    /// <param name="now">The current time.</param>
    public static Delivery Compose(string source, string account, string topic, long productId, EventContext cause, DateTimeOffset now) => new()
    {
        Source = source,
        Account = account,
        Topic = topic,
        DeliveryId = $"{cause.Event.Id}/{productId}/{cause.ReplayCount}",
        TriggeredAt = cause.Event.Id.Time,
        Entity = Entities.Product(productId),
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
        Body = ProductChange.Compose(account, topic, productId, now),
    };
}
