using EventTracking.Api.Documentation;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;

namespace EventTracking.Api.Replay.Bulk;

/// <summary>An event of a job.</summary>
/// <param name="Id">The id of the event.</param>
/// <param name="Verdict">What a replay of the event is good for.</param>
/// <param name="Because">The event or entity to which the verdict is due, the status of the event, or the reason; why it was skipped, if it was; null if it needs none.</param>
/// <param name="Function">The function that the event is sent to.</param>
/// <param name="Entity">The entity that the event is about.</param>
/// <param name="PlannedStatus">The status of the event when the plan was made.</param>
/// <param name="PlannedFingerprint">The fingerprint of its failure at that time.</param>
/// <param name="Outcome">
/// How an event ended that was sent, and its present status until then; `superseded` if a newer one covered it, `pending` if its turn has not come yet, `skipped` if something
/// had happened to it or a later success had made it needless; null if the job has nothing to do with it.
/// </param>
/// <param name="Fingerprint">The fingerprint of its failure after the replay; null if it did not fail.</param>
/// <param name="Error">The message of that failure.</param>
internal sealed record ReplayEventResponse(
    [EventIdText] string Id,
    [OneOf("ShownReplayVerdict", typeof(VerdictKindText), Member = nameof(VerdictKindText.Shown))] string Verdict,
    string? Because,
    string Function,
    string? Entity,
    [OneOf("EventStatus", typeof(EventStatusText))] string PlannedStatus,
    string? PlannedFingerprint,
    [OneOf("ReplayOutcome", typeof(ReplayTexts), Member = nameof(ReplayTexts.Outcomes))] string? Outcome,
    string? Fingerprint,
    string? Error)
{
    /// <param name="entry">The line of the plan.</param>
    /// <param name="isReleased">Whether the job has come to it.</param>
    /// <param name="job">The id of the job.</param>
    /// <param name="record">The event; null if it was not read or does not exist any more.</param>
    public static ReplayEventResponse From(PlanEntry entry, bool isReleased, string job, EventRecord? record)
    {
        var outcome = record is null ? null : ReplayOutcome.Of(record, job);
        var isSkipped = isReleased && outcome is null && entry.Kind.IsPlanned();
        return new ReplayEventResponse(
            entry.Id,
            entry.Kind.ToText(),
            isSkipped ? ReasonToSkip(entry, record) : entry.Because,
            entry.Function,
            entry.Entity,
            entry.Status.ToText(),
            entry.Fingerprint,
            outcome?.Status.ToText() ?? (isSkipped ? ReplayTexts.Skipped : entry.Kind.IsPlanned() ? ReplayTexts.Pending : null),
            outcome?.Failure?.Fingerprint,
            outcome?.Failure?.Message);
    }

    /// <summary>The job does not store the reason, so it is derived from the record. If the record has not changed, a later event of the same entity has succeeded.</summary>
    private static string ReasonToSkip(PlanEntry entry, EventRecord? record) => record switch
    {
        null => "the event was deleted, because its retention period has passed",
        _ when record.AttemptCount != entry.Attempts => $"it has run since the plan was made and is {record.Status.ToText()} now",
        _ when record.Status != entry.Status => $"it is {record.Status.ToText()} now, not by this job",
        _ when entry.Entity is null => "something had happened to it when it was its turn",
        _ => $"a later event about {entry.Entity} had succeeded when it was its turn",
    };
}

/// <summary>A page of the events of a job, in the order in which they are sent; those that are not sent come last.</summary>
/// <param name="Events">The events; there may be fewer than `limit` even if more follow.</param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
internal sealed record ReplayEventPageResponse(IReadOnlyList<ReplayEventResponse> Events, string? Next);
