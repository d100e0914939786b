namespace EventTracking.Core.Events;

/// <summary>One run of a function over one event.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="StartedAt">When it claimed the event.</param>
/// <param name="EndedAt">When its outcome was recorded; null while it runs, and for one that died without a trace.</param>
/// <param name="Outcome">How it ended; null as above.</param>
/// <param name="Detail">What the function said about the outcome, e.g. why an event was superseded.</param>
/// <param name="Steps">What it did.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record Attempt(
    int Number,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    EventStatus? Outcome,
    string? Detail,
    IReadOnlyList<Step> Steps,
    Failure? Failure);
