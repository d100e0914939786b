namespace EventTracking.Core.Events;

/// <summary>One run of a function for one event.</summary>
/// <param name="Number">The number of the attempt, starting at 1. Numbers have no gaps, except where an event was postponed several times in a row: only the last of these runs is kept.</param>
/// <param name="StartedAt">When the attempt claimed the event.</param>
/// <param name="EndedAt">When the outcome was recorded; null while the attempt runs, and if its process died.</param>
/// <param name="Outcome">The status in which the attempt ended, <see cref="EventStatus.Queued"/> if the event was postponed; null whenever <paramref name="EndedAt"/> is null.</param>
/// <param name="Detail">What the function reported about the outcome, e.g. why an event was superseded.</param>
/// <param name="Steps">The steps that the function recorded.</param>
/// <param name="Failure">Why the attempt failed; null if it did not fail.</param>
public sealed record Attempt(
    int Number,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    EventStatus? Outcome,
    string? Detail,
    IReadOnlyList<Step> Steps,
    Failure? Failure)
{
    /// <summary>The calls to other systems that the attempt made, in the order in which they ended: the first 19 and the last. They are written with the outcome.</summary>
    public IReadOnlyList<OutgoingCall> Calls { get; init; } = [];
}
