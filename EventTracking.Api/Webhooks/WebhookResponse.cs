using EventTracking.Api.Documentation;

namespace EventTracking.Api.Webhooks;

/// <summary>The event that a delivery became.</summary>
/// <param name="Id">The id of the event; a repeated delivery gets the same id.</param>
/// <param name="Duplicate">Whether the delivery had already been received.</param>
internal sealed record WebhookResponse([EventIdText] string Id, bool Duplicate);
