namespace EventTracking.Api.Sandbox;

/// <summary>How the service answered a webhook: the status, and the event that the webhook became.</summary>
internal sealed record SandboxDelivery(int Status, string? EventId);
