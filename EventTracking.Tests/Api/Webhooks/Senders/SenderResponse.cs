namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>What the sender gets, whatever the host. The names of headers are not case-sensitive.</summary>
internal sealed record SenderResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);
