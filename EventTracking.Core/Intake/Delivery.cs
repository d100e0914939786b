using EventTracking.Core.Events;

namespace EventTracking.Core.Intake;

/// <summary>Something that arrived, or was composed, and is to become an event.</summary>
public sealed record Delivery
{
    /// <summary>Who sent it, e.g. <c>shopify</c>: with the topic it selects the function.</summary>
    public required string Source { get; init; }

    /// <summary>The sender's account, e.g. the shop domain.</summary>
    public required string Account { get; init; }

    /// <summary>The sender's name for what happened, e.g. <c>products/update</c>.</summary>
    public required string Topic { get; init; }

    /// <summary>What the sender keeps equal over its own retries of one delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>
    /// False where <see cref="DeliveryId"/> may also name a second, real change (Brightpearl: whole seconds). A repeat is
    /// then dropped only while the first is still unread.
    /// </summary>
    public bool DeliveryIdIsUnique { get; init; } = true;

    /// <summary>
    /// When the source says that it happened; part of the event's id. Null, or a time more than 3 days ago or 5 minutes ahead
    /// of a delivery that no event caused, becomes the time of receipt.
    /// </summary>
    public DateTimeOffset? TriggeredAt { get; init; }

    /// <summary>What it is about, where that is known: events of one entity in a batch never run at once.</summary>
    public EntityKey? Entity { get; init; }

    /// <summary>The function to run; null asks the routes by source and topic.</summary>
    public string? Function { get; init; }

    /// <summary>Kept with the payload, names in lower case; without secrets and signatures.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The payload, kept byte for byte.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The event that caused it.</summary>
    public EventId? CausationId { get; init; }

    /// <summary>Null starts a correlation of its own, named by the event's id.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>The event that a delivery became, or already was.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Duplicate">Whether it was known already, so that nothing changed.</param>
public readonly record struct IntakeResult(EventId Id, bool Duplicate);
