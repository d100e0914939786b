using EventTracking.Core.Events;

namespace EventTracking.Core.Intake;

/// <summary>Something that arrived, or was composed, and is to become an event.</summary>
internal sealed record Delivery
{
    public required string Source { get; init; }

    public required string Account { get; init; }

    public required string Topic { get; init; }

    /// <summary>What the sender keeps equal over its own retries of one delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>
    /// False where <see cref="DeliveryId"/> may also name a second, real change (Brightpearl: whole seconds). A repeat is
    /// then dropped only while the first is still unread.
    /// </summary>
    public bool DeliveryIdIsUnique { get; init; } = true;

    /// <summary>When the source says that it happened.</summary>
    public DateTimeOffset? TriggeredAt { get; init; }

    public EntityKey? Entity { get; init; }

    /// <summary>The function to run; null asks the routes by source and topic.</summary>
    public string? Function { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public required ReadOnlyMemory<byte> Body { get; init; }

    public EventId? CausationId { get; init; }

    /// <summary>Null starts a correlation of its own, named by the event's id.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>The event that a delivery became, or already was.</summary>
internal readonly record struct IntakeResult(EventId Id, bool Duplicate);
