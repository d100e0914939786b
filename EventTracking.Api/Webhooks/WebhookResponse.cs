namespace EventTracking.Api.Webhooks;

/// <summary>The event that a delivery became.</summary>
/// <param name="Id">The event's id; the same delivery always gets the same one.</param>
/// <param name="Duplicate">Whether the delivery was known already.</param>
internal sealed record WebhookResponse(string Id, bool Duplicate);
