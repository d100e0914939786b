using EventTracking.Core.Events;
using EventTracking.Core.Functions;

namespace EventTracking.Core.Replay;

/// <summary>Says which failures are moot: a replay would change nothing, because a later event of the same entity has succeeded. It judges by the rule by which a plan does.</summary>
internal sealed class MootJudge(IEventLedger ledger, ReplayTargets targets, FunctionRegistry functions)
{
    /// <summary>Returns those of the failures that are moot, in their order.</summary>
    public async Task<IReadOnlyList<MootFailure>> FindMootAsync(IReadOnlyCollection<EventSummary> failures, CancellationToken cancellationToken)
    {
        var entities = LaterQuery.Of(failures.Where(summary => summary.Event.Entity is not null).Select(summary => (summary.Event.Entity!.Value, summary.Event.Id)));
        var later = entities.Count == 0 ? [] : await ledger.ListLaterAsync(entities, cancellationToken);
        var byEntity = later.ToLookup(summary => summary.Event.Entity);
        Candidate[] candidates = [.. failures.Select(summary => Candidate.Of(summary, functions.Find(targets.FunctionOf(summary.Event)), byEntity[summary.Event.Entity]))];
        return
        [
            .. candidates.Zip(Verdicts.OfReplay(candidates, force: false))
                .Where(judged => judged.Second.Kind == VerdictKind.Moot)
                .Select(judged => new MootFailure(judged.First.Summary, judged.Second.Because)),
        ];
    }
}

/// <summary>A failure that a replay would not change.</summary>
/// <param name="Summary">The event that has failed.</param>
/// <param name="Because">The later event that has succeeded.</param>
internal sealed record MootFailure(EventSummary Summary, string? Because);
