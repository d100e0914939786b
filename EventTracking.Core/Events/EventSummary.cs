namespace EventTracking.Core.Events;

/// <summary>An event in a list: the part that every index carries, so that listing events never needs a read per event.</summary>
internal sealed record EventSummary(
    EventMetadata Event,
    EventStatus Status,
    DateTimeOffset UpdatedAt,
    int AttemptCount,
    EntityKey? WaitingOn,
    string? Fingerprint,
    string? ErrorText)
{
    /// <inheritdoc cref="EventRecord.StoredStatus"/>
    public string? StoredStatus { get; init; }

    /// <summary>More about the failure; null if the event has not failed, or failed in an earlier version.</summary>
    public FailureFacts? Failure { get; init; }

    /// <summary>Sums up a record as lists do.</summary>
    public static EventSummary Of(EventRecord record)
    {
        var failure = record.Status is EventStatus.Failed or EventStatus.Retrying ? record.Error : null;
        return new(record.Event, record.Status, record.UpdatedAt, record.AttemptCount, record.WaitingOn, failure?.Fingerprint, failure?.Message)
        {
            StoredStatus = record.StoredStatus,
            Failure = failure is null ? null : FailureFacts.Of(failure),
        };
    }
}
