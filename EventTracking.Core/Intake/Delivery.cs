using EventTracking.Core.Events;

namespace EventTracking.Core.Intake;

/// <summary>
/// A received or composed message that intake turns into an event. It may contain anything: of texts longer than 255 characters, of
/// header values longer than 1,000 and of more than 40 headers the event keeps only the beginning, and of a text also a hash.
/// </summary>
public sealed record Delivery
{
    /// <summary>The sender, e.g. <c>shopify</c>. Together with the topic it selects the function.</summary>
    public required string Source { get; init; }

    /// <summary>The sender's account, e.g. the shop domain. If the source has a served account (<see cref="EventTrackingExtensions.AddAccount"/>), events of others are kept and end as ignored.</summary>
    public required string Account { get; init; }

    /// <summary>The sender's name for what happened, e.g. <c>products/update</c>; <see cref="EventRoutes.UnknownTopic"/> if the delivery does not say it.</summary>
    public required string Topic { get; init; }

    /// <summary>The id that the sender repeats when it retries the delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>
    /// False if a second, different change may have the same <see cref="DeliveryId"/>, e.g. because the id has a resolution of whole
    /// seconds. A repeat is then dropped only while the first event is still queued.
    /// </summary>
    public bool DeliveryIdIsUnique { get; init; } = true;

    /// <summary>
    /// When the change happened, according to the source; part of the event's id. The time of receipt replaces null, and in a
    /// delivery that no event caused also a time before the year 2000 or more than a day ahead.
    /// </summary>
    public DateTimeOffset? TriggeredAt { get; init; }

    /// <summary>The entity that the event is about, if it is known. Events of one entity in a batch never run at the same time.</summary>
    public EntityKey? Entity { get; init; }

    /// <summary>The function to run; null looks up the route for the source and topic.</summary>
    public string? Function { get; init; }

    /// <summary>Headers to keep with the payload, with names in lower case. They must not contain secrets or signatures.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The payload, kept byte for byte.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The event that caused this one; null if none did.</summary>
    public EventId? CausationId { get; init; }

    /// <summary>The id shared by all events with the same origin; null starts a new correlation with the event's own id.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>The event that a delivery has become.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Duplicate">Whether the event was already known, so that nothing changed.</param>
public readonly record struct IntakeResult(EventId Id, bool Duplicate);
