namespace EventTracking.Api.Sandbox;

/// <summary>The response of the service to a webhook: the status, and the event that the webhook became.</summary>
internal sealed record SandboxDelivery(int Status, string? EventId);
