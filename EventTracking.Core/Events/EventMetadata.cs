namespace EventTracking.Core.Events;

/// <summary>What is known of an event from the moment it arrives; none of it ever changes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">Who brought it in: <c>shopify</c>, <c>brightpearl</c>, or one of the product's own, e.g. <c>reconciliation</c>.</param>
/// <param name="Account">The source's account, e.g. the shop domain.</param>
/// <param name="Topic">The source's name for what happened.</param>
/// <param name="Function">The function that processes it; its queue has the same name.</param>
/// <param name="Entity">What it is about, where that is known.</param>
/// <param name="ReceivedAt">When it was received or composed.</param>
/// <param name="TraceId">W3C trace id of the request that brought it in, 32 hex digits.</param>
/// <param name="CausationId">The event that caused this one.</param>
/// <param name="CorrelationId">Shared by all that one origin set off: the id of the first event, or of a reconciliation.</param>
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
    string CorrelationId);
