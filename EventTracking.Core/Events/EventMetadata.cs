namespace EventTracking.Core.Events;

/// <summary>What is known about an event from the moment it arrives. Only a replay changes it: it may send the event to another function.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Source">The sender: an external system, e.g. <c>shopify</c>, or a part of an integration, e.g. <c>reconciliation</c>.</param>
/// <param name="Account">The source's account, e.g. the shop domain.</param>
/// <param name="Topic">The source's name for what happened.</param>
/// <param name="Function">The function that processes the event; its queue has the same name.</param>
/// <param name="Entity">The entity that the event is about; null if it is not known.</param>
/// <param name="ReceivedAt">When the event was received or composed.</param>
/// <param name="TraceId">The W3C trace id of the request that brought the event in, 32 hex digits.</param>
/// <param name="CausationId">The event that caused this one; null if none did.</param>
/// <param name="CorrelationId">An id shared by all events with the same origin: the id of the first event, or of a reconciliation.</param>
public sealed record EventMetadata(
    EventId Id,
    string Source,
    string Account,
    string Topic,
    string Function,
    EntityKey? Entity,
    DateTimeOffset ReceivedAt,
    string? TraceId,
    EventId? CausationId,
    string CorrelationId)
{
    /// <summary>The id that the source gave the delivery, as <c>Delivery.DeliveryId</c>; null on records of earlier versions, and in lists.</summary>
    public string? DeliveryId { get; init; }
}
