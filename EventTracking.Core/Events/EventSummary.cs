namespace EventTracking.Core.Events;

/// <summary>A line of a listing: what every index carries, so that a list never needs a read per event.</summary>
internal sealed record EventSummary(
    EventMetadata Event,
    EventStatus Status,
    DateTimeOffset UpdatedAt,
    int AttemptCount,
    EntityKey? WaitingOn,
    string? Fingerprint,
    string? ErrorText);
