using EventTracking.Core.Events;

namespace EventTracking.Core.Replay;

/// <summary>
/// The rules by which a plan says what a replay of each event would be good for. They err on the side of a replay: one that was not
/// needed costs a run, but a verdict that wrongly spares one loses a change.
/// </summary>
internal static class Verdicts
{
    /// <summary>
    /// How much later than a failure a run must have ended so that it began after the failure, by whatever clocks: longer than a run
    /// takes, plus what the clocks of hosts may differ by.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    /// <summary>Judges the events of a replay.</summary>
    /// <param name="candidates">The events, in any order.</param>
    /// <param name="force">Also replays what is moot, waits or would be superseded.</param>
    /// <returns>The verdicts in the order of the candidates.</returns>
    public static IReadOnlyList<Verdict> OfReplay(IReadOnlyList<Candidate> candidates, bool force)
    {
        var verdicts = candidates.Select(candidate => OfReplay(candidate, force)).ToArray();
        if (!force)
        {
            Coalesce(candidates, verdicts);
        }

        return verdicts;
    }

    /// <summary>Judges an event of a dismissal, which may be dismissed while it has failed, is to be retried or waits.</summary>
    /// <param name="summary">The event.</param>
    /// <param name="obligation">Why it must not be dismissed among others; null if it may.</param>
    public static Verdict OfDismissal(EventSummary summary, string? obligation) => summary.Status switch
    {
        var status when status.NeedsAttention() => obligation is null ? new Verdict(VerdictKind.Go) : new Verdict(VerdictKind.Obligation, obligation),
        var status when status.IsInFlight() || status == EventStatus.Unknown => new Verdict(VerdictKind.InProgress, status.ToText()),
        var status => new Verdict(VerdictKind.Moot, status.ToText()),
    };

    private static Verdict OfReplay(Candidate candidate, bool force)
    {
        var summary = candidate.Summary;
        if (summary.Status is EventStatus.Queued or EventStatus.Processing or EventStatus.Unknown)
        {
            return new Verdict(VerdictKind.InProgress, summary.Status.ToText());
        }

        if (candidate.Futile is { } reason)
        {
            return new Verdict(VerdictKind.Futile, reason);
        }

        if (candidate.Target is null)
        {
            return new Verdict(VerdictKind.FunctionGone, summary.Event.Function);
        }

        if (!candidate.HasPayload)
        {
            return new Verdict(VerdictKind.PayloadExpired);
        }

        if (force)
        {
            return new Verdict(VerdictKind.Go);
        }

        if (!summary.Status.NeedsAttention())
        {
            return new Verdict(VerdictKind.Moot, summary.Status.ToText());
        }

        if (candidate.Later.Where(later => Covers(later, candidate)).Select(later => later.Event).MaxBy(later => later.Id) is { } success)
        {
            return new Verdict(VerdictKind.Moot, success.Id.ToString());
        }

        return summary.Status == EventStatus.Waiting ? new Verdict(VerdictKind.Waiting, summary.WaitingOn?.ToString())
            : summary is { Status: EventStatus.Failed, Failure: { Transient: false } failure } && candidate.IsSameBuild ? new Verdict(VerdictKind.Unlikely, $"failed for good with {failure.Code ?? failure.Type} on the build that runs now")
            : new Verdict(VerdictKind.Go);
    }

    /// <summary>
    /// Whether the success of a later event makes this one's replay needless. Only a success counts: an event that was superseded may
    /// share the run of one that failed. Ids of one source are in the order in which things happened. Those of different
    /// sources come from different clocks, so there the run must have begun after the failure, and only a run that read the state
    /// of that moment covers it. What is no notification carries a value of its own, so only one of the same kind replaces it.
    /// </summary>
    private static bool Covers(EventSummary later, Candidate candidate)
    {
        var failed = candidate.Summary;
        return later.Status == EventStatus.Succeeded
            && later.Event.Id > candidate.Id
            && later.Event.Entity == failed.Event.Entity
            && later.Event.Function == candidate.Target
            && (candidate.IsNotification
                ? IsOfSameSource(later, failed) || later.UpdatedAt > failed.UpdatedAt + Margin
                : IsOfSameSource(later, failed) && later.Event.Topic == failed.Event.Topic);
    }

    private static bool IsOfSameSource(EventSummary one, EventSummary other) =>
        one.Event.Source == other.Event.Source && one.Event.Account == other.Event.Account;

    /// <summary>
    /// Of the notifications of one entity that would be replayed, only the newest is; what could not run supersedes nothing, and what is
    /// unlikely to succeed supersedes only its like.
    /// </summary>
    private static void Coalesce(IReadOnlyList<Candidate> candidates, Verdict[] verdicts)
    {
        var groups = Enumerable.Range(0, candidates.Count)
            .Where(index => verdicts[index].Kind.IsPlanned() && candidates[index] is { IsNotification: true, Summary.Event.Entity: not null })
            .GroupBy(index => (candidates[index].Summary.Event.Entity, candidates[index].Target));
        foreach (var group in groups)
        {
            var newest = group.OrderBy(index => verdicts[index].Kind).ThenByDescending(index => candidates[index].Id).First();
            foreach (var index in group.Where(index => index != newest && (verdicts[index].Kind == verdicts[newest].Kind || candidates[index].Id < candidates[newest].Id)))
            {
                verdicts[index] = new Verdict(VerdictKind.Superseded, candidates[newest].Id.ToString());
            }
        }
    }
}
