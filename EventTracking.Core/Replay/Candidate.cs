using EventTracking.Core.Events;
using EventTracking.Core.Functions;

namespace EventTracking.Core.Replay;

/// <summary>An event that a plan is about, and what its verdict depends on.</summary>
/// <param name="Summary">The event as the ledger lists it.</param>
/// <param name="Target">The function that a replay sends the event to; null if there is none.</param>
internal sealed record Candidate(EventSummary Summary, string? Target)
{
    /// <summary>Whether events of the function only notify that something changed.</summary>
    public bool IsNotification { get; init; }

    /// <summary>Why a replay cannot help, as its function says; null if it may.</summary>
    public string? Futile { get; init; }

    /// <summary>Whether its function has not changed since the event failed.</summary>
    public bool IsSameBuild { get; init; }

    /// <summary>Whether there is a payload to send.</summary>
    public bool HasPayload { get; init; } = true;

    /// <summary>Events of the same entity with later ids, in any order.</summary>
    public IReadOnlyList<EventSummary> Later { get; init; } = [];

    public EventId Id => Summary.Event.Id;

    /// <summary>Describes an event to the rules.</summary>
    /// <param name="summary">The event.</param>
    /// <param name="function">The function that a replay sends it to; null if there is none.</param>
    /// <param name="later">Events of the same entity with later ids, in any order.</param>
    public static Candidate Of(EventSummary summary, RegisteredFunction? function, IEnumerable<EventSummary> later) => new(summary, function?.Name)
    {
        IsNotification = function?.Function.IsNotification is true,
        Futile = function?.Function.ReplayIsFutile,
        IsSameBuild = function is not null && function.Name == summary.Event.Function && summary.Failure?.Build is { } build && build == BuildId.Of(function.Function),
        Later = [.. later],
    };
}

/// <summary>What a plan says about an event.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="Because">The event or entity that it is due to, the status, or the reason; null if it needs none.</param>
internal readonly record struct Verdict(VerdictKind Kind, string? Because = null);
